package java

import "testing"

// TestClojurePort holds which of the numbers in a program's files is the port that it
// listens on, and which of several namespaces is the program.
func TestClojurePort(t *testing.T) {
	const ns = "-- src/a/server/system.clj --\n(ns a.server.system)\n(defn -main [] (start (config)))\n-- src/a/cli.clj --\n(ns a.cli)\n(defn -main [& args])\n"
	build := "-- deps.edn --\n{:deps {io.pedestal/pedestal.jetty {:mvn/version \"0.8.1\"}} :paths [\"src\" \"resources\"]}\n" + ns
	for _, c := range []struct {
		why, archive, env string
		want              int
		notes             int
	}{
		{"a configuration's, by name", build + "-- resources/config.edn --\n{:db {:port 5432} :a/server {:port 8000 :host #or [#prop a.host \"localhost\"]}}\n", "", 8000, 1},
		{"one for each profile", build + "-- resources/config.edn --\n{:nrepl {:port 7991} :http {:host \"0.0.0.0\" :port #profile {:default 8080 :test 0 :production 8001}}}\n", "", 8001, 0},
		{"one that a variable sets", build + "-- config.edn --\n{:port #long #or [#env PORT 4000]}\n", "PORT", 4000, 0},
		{"what the function that starts it is called with", "-- deps.edn --\n{:deps {ring/ring-jetty-adapter {:mvn/version \"1.14.2\"}} :paths [\"src\"]}\n-- src/a/server/system.clj --\n(ns a.server.system)\n(defn- serve! [port] (run-jetty app {:port port :join? false}))\n(defn -main [& _] (serve! (Integer/valueOf (or (System/getenv \"HTTP_PORT\") \"6003\") 10)))\n", "HTTP_PORT", 6003, 0},
		{"a database's alone", build + "-- resources/config.edn --\n{:db {:port 5432}}\n-- src/a/db.clj --\n(ns a.db)\n(def spec {:dbtype \"postgresql\" :port 5433})\n", "", 8080, 0},
	} {
		s := one(t, c.archive)
		if int(s.Port.V) != c.want || s.PortEnv.String() != c.env || len(s.Notes) != c.notes {
			t.Errorf("%s: %d %q %v, want %d %q", c.why, s.Port.V, s.PortEnv, s.Notes, c.want, c.env)
		}
		if got := s.Start.V.Args(); got[len(got)-1] != "a.server.system" {
			t.Errorf("%s: starts %v", c.why, got)
		}
	}
}
