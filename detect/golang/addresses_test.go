package golang

import (
	"strings"
	"testing"
)

func TestNotesOnAddresses(t *testing.T) {
	tests := []struct{ why, source, want string }{
		{"a host in a data source name", `func main() { open("root:x@tcp(db:3306)/shop") }`, "mysql is looked for at the host db"},
		{"localhost", `func main() { open("localhost:6379") }`, "redis is looked for on localhost"},
		{"a URL", `func main() { open("amqp://guest:guest@rabbit:5672/") }`, "rabbitmq is looked for at the host rabbit"},
		{"a public name", `func main() { open("redis.example.com:6379") }`, ""},
		{"words of libpq", `func main() { open("host=localhost port=5432 user=x") }`, "postgres is looked for on localhost"},
		{"a secret's file", `func main() { open("/run/secrets/token") }`, "reads /run/secrets/token"},
		{"a further port", `import "net/http"
func main() { go http.ListenAndServe(":9000", nil); http.ListenAndServe(":8000", nil) }`, "also listens on port"},
	}
	for _, tt := range tests {
		s := one(t, project("\n"+tt.source))
		if got := texts(s.Notes); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}
