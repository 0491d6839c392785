package evidence_test

import (
	"fmt"
	"testing"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// What a Compose file runs the program with, and without.
func TestComposeNeeds(t *testing.T) {
	needs := func(s *detect.Service) {
		s.Needs = []detect.Need{{Name: "mysql", Optional: true}, {Name: "mongo"}, {Name: "redis", Settings: []detect.NeedSetting{{Env: safe.EnvNameOf("REDIS_URL"), Part: detect.PartURL}}}}
	}
	for _, c := range []struct{ why, file, want string }{
		{"one of several databases", "  db: {image: 'mysql:8'}\n  app: {build: ., depends_on: [db]}\n", "mysql mongo? redis"},
		{"what it is told of", "  db: {image: 'mysql:8'}\n  app: {build: ., depends_on: [db], env_file: .env}\n", "mysql mongo redis"},
		{"nothing that it needs", "  app: {build: .}\n", "mysql? mongo redis"},
	} {
		got := ""
		for _, n := range scan(t, map[string]string{"compose.yaml": "services:\n" + c.file}, needs).Needs {
			got += " " + n.Name
			if n.Optional {
				got += "?"
			}
		}
		if got != " "+c.want {
			t.Errorf("%s: got%s, want %s", c.why, got, c.want)
		}
	}
}

// How the others know the service, and where it looks for them.
func TestKnown(t *testing.T) {
	s := scan(t, map[string]string{
		"api/marker": "",
		"docker-compose.yml": "x-env: &env {NAMES: 'http://names:8000/v1', DB: 'http://db:1', SELF: 'http://api:80'}\nservices:\n  api:\n    build: ./api\n    hostname: front\n    environment:\n      <<: *env\n" +
			"    ports: ['8080', '127.0.0.1:6001:80', {target: 80, published: 6002}, '7000-7001:7000-7001']\n  names: {build: ./names}\n  db: {image: db}\n",
		"docker-compose.override.yml": "services:\n  api:\n    ports: ['${P:-6004}:80']\n    environment: ['YEARS=http://years-container']\n  names: {container_name: other}\n  more: {build: ./x}\n",
	}, func(s *detect.Service) { s.Port = detect.Found(safe.Port(80)) })
	got := fmt.Sprint(s.Known.Hosts, s.Known.Ports)
	for _, e := range s.Env {
		got += " " + e.Name.String() + "=" + e.Address.String()
	}
	if want := "[api front] [6001 6002 6004] NAMES=http://names:8000/v1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
