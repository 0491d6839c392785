package all_test

import (
	"fmt"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/all"
	"dockgen/internal/scantest"
)

// BenchmarkLongFiles inspects projects with a file of many alike lines: the time of each
// has to grow as the file does.
func BenchmarkLongFiles(b *testing.B) {
	lines := func(n int, format string) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, strings.ReplaceAll(format, "#", fmt.Sprint(i)), i+1)
		}
		return out.String()
	}
	for _, c := range []struct {
		name  string
		files func(n int) map[string]string
	}{
		{"HOCON with references", func(n int) map[string]string {
			return scantest.Pairs("build.sbt", "lazy val root = (project in file(\".\")).enablePlugins(PlayScala)\n", "project/build.properties", "sbt.version=1.11.7\n",
				"project/plugins.sbt", "addSbtPlugin(\"org.playframework\" % \"sbt-plugin\" % \"3.0.9\")\n", "conf/application.conf", lines(n, "a.b%d = \"v${a.b#}\"\n"))
		}},
		{"Elixir's variables", func(n int) map[string]string {
			return scantest.Pairs("mix.exs", "defmodule A.MixProject do\n use Mix.Project\n def project do\n [app: :a, version: \"0.1.0\", deps: [{:phoenix, \"~> 1.7\"}]]\n end\n def application do\n [mod: {A.Application, []}]\n end\nend\n",
				"lib/a.ex", "defmodule AWeb.Endpoint do\n use Phoenix.Endpoint, otp_app: :a\nend\n", "config/runtime.exs", "import Config\n"+lines(n, "x# = \"%d\"\nconfig :a, k#: x#\n"))
		}},
		{"members that are set", func(n int) map[string]string {
			return scantest.Pairs("package.json", `{"name":"a","dependencies":{"express":"^5"},"scripts":{"start":"node server.js"}}`,
				"server.js", "require('express')().listen(3000)\n"+lines(n, "fs.mkdirSync(a.b%d)\n"))
		}},
		{"tables of SQL", func(n int) map[string]string {
			files := scantest.Pairs("index.php", "<?php mysqli_connect(getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'), 'shop');")
			for i := range 20 {
				files[fmt.Sprintf("db/part%d.sql", i)] = lines(n/20, fmt.Sprintf("CREATE TABLE t%d_%%d (id int);\n", i))
			}
			return files
		}},
	} {
		for _, n := range []int{2000, 20000} {
			files := c.files(n)
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					if p := scantest.Files(b, detect.Config{Detectors: all.Detectors(), Refiners: all.Refiners()}, files); len(p.Services) != 1 {
						b.Fatalf("%d services", len(p.Services))
					}
				}
			})
		}
	}
}
