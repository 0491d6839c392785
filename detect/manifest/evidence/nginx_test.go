package evidence_test

import (
	"fmt"
	"strings"
	"testing"

	"dockgen/detect"
)

func TestNginx(t *testing.T) {
	for _, tt := range []struct{ name, conf, want string }{
		{"a path", "server { location /api { proxy_pass http://api:8080; } }", "/api api:8080"},
		{"one that is cut off by the address", "location /api/ {\n proxy_pass http://api:8080/;\n}", "/api api:8080 cut"},
		{"one that a rewrite cuts off", "location /api/orders {\n rewrite ^/api/orders$ / break;\n rewrite ^/api/orders(/.*)$ $1 break;\n proxy_pass http://order-service:3000;\n}", "/api/orders order-service:3000 cut"},
		{"an upstream", "upstream back { server api:9000; }\nserver { location ^~ /v1/ { proxy_pass http://back; } }", "/v1 api:9000"},
		{"all requests are another matter", "location / { proxy_pass http://api:8080; }", ""},
		{"patterns, variables and other hosts are not followed", "location ~ ^/a { proxy_pass http://x:1; }\nlocation /b { proxy_pass http://${HOST}:1; }\nlocation /c { proxy_pass https://example.com; }", ""},
		{"comments and quotes", "# location /no { proxy_pass http://no:1; }\nlocation /a { add_header X \"} location /no { proxy_pass http://no:1; }\"; proxy_pass http://a:1; }", "/a a:1"},
		{"the developer's own machine", "location /a { proxy_pass http://localhost:4000; }", "/a localhost:4000 local"},
		{"another path there", "location /a { proxy_pass http://a:1/b; }", ""},
		{"what ends too soon", "server { location /a { proxy_pass \"http://a", ""},
		{"stray brackets", "}}{;{", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, map[string]string{"nginx.conf": tt.conf}, func(s *detect.Service) { s.Kind = detect.Static })
			var got []string
			for _, c := range s.Calls {
				text := fmt.Sprintf("%s %s:%d", c.Prefix, c.Host, c.Port)
				if c.Strip {
					text += " cut"
				}
				if c.Local {
					text += " local"
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != tt.want {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}
