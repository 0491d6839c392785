package detect

import "testing"

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"http://localhost:8000":                        {Scheme: "http", Host: "localhost", Port: 8000},
		"https://api.internal:8443/v1/":                {Scheme: "https", Host: "api.internal", Port: 8443, Path: "/v1/"},
		"http://catalog":                               {Scheme: "http", Host: "catalog"},
		"localhost:50051":                              {Host: "localhost", Port: 50051},
		"optional:configserver:http://localhost:8888/": {Before: "optional:configserver:", Scheme: "http", Host: "localhost", Port: 8888, Path: "/"},
		"localhost":                                    {},
		"localhost:notaport":                           {},
		"postgres://localhost:5432/app":                {},
		"http://user:word@localhost:8000":              {},
		"http://localhost:8000?key=1":                  {},
		"http://localhost:99999999999999999999":        {},
		"http://localhost:0x1f90":                      {},
		"":                                             {},
		"jdbc:postgresql://localhost:5432/app":         {},
		"http://a b:8000":                              {},
		"http://localhost:8000,http://localhost:8001/replica": {},
	} {
		if got := ParseAddress(text); got != want {
			t.Errorf("ParseAddress(%q) = %+v, want %+v", text, got, want)
		}
	}
	for text, want := range map[string]bool{"http://127.0.0.1:3000/api": true, "http://localhost": false, "http://example.com:3000": false, "0.0.0.0:9000": true} {
		if got := !LocalAddress(text).IsZero(); got != want {
			t.Errorf("LocalAddress(%q) is one: %v", text, got)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("http://localhost:8000/x")
	f.Add("a:b://[::1]:1")
	f.Fuzz(func(t *testing.T, text string) {
		if a := ParseAddress(text); a.Host == "" && a != (Address{}) {
			t.Errorf("ParseAddress(%q) = %+v has no host", text, a)
		}
		_ = LocalAddress(text)
	})
}
