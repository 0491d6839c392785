package rust

import (
	"strings"
	"testing"
)

func TestHealthBelow(t *testing.T) {
	const start = `fn main() { let app = Router::new()%s; axum::serve(tokio::net::TcpListener::bind("0.0.0.0:3000"), app); }`
	for _, c := range []struct{ why, routes, want string }{
		{"none", `.route("/", get(f))`, ""},
		{"at the top", `.route("/healthz", get(f))`, "/healthz"},
		{"below a version", `.route("/api/v1/server/health_check", get(f))`, "/api/v1/server/health_check"},
		{"below the program's own name", `.route("/app/health", get(f))`, "/app/health"},
		{"of what stands behind it", `.route("/image/health", get(f))`, ""},
		{"the program's own before that", `.route("/image/health", get(f)).route("/ping", get(f))`, "/ping"},
		{"with a part that nobody knows", `.route("/{version}/health", get(f))`, ""},
	} {
		s := one(t, `axum = "0.8"`, strings.ReplaceAll(start, "%s", c.routes))
		if got := s.Health.V.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

// A page that Trunk makes is no program of its own; a server beside such a page is.
func TestBrowser(t *testing.T) {
	files := map[string]string{
		"Cargo.toml":  "[package]\nname = \"front\"\n[dependencies]\nyew = { version = \"0.21\", features = [\"csr\"] }\naxum = \"0.8\"\n",
		"index.html":  "<link data-trunk rel=\"css\" href=\"a.css\">",
		"src/main.rs": "fn main() { yew::Renderer::<App>::new().render(); }",
	}
	if p := scan(t, files); len(p.Services) != 0 {
		t.Errorf("%d services, want none", len(p.Services))
	}
	files["src/main.rs"] = `fn main() { axum::serve(tokio::net::TcpListener::bind("0.0.0.0:3000"), app); }`
	if p := scan(t, files); len(p.Services) != 1 {
		t.Errorf("%d services, want the server", len(p.Services))
	}
}
