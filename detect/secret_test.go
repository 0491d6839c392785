package detect_test

import (
	"testing"

	"dockgen/detect"
)

func TestIsSecretFile(t *testing.T) {
	for p, want := range map[string]bool{
		"security/server.p12":            true,
		"./certs/../tls.key":             true,
		"credentials.json":               true,
		"config/my-service-account.json": true,
		".ssh/config":                    true, // the folder's name says it
		"home/.docker/config.json":       true,
		"config.json":                    false,
		"docker/config.json":             false,
		"security/fiber.crt":             false,
		"keys/readme.md":                 false,
		"tokens.json":                    false,
	} {
		if got := detect.IsSecretFile(p); got != want {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
}
