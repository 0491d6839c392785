package ruby

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
)

// loose are the gems that a program without a Gemfile may ask for, with the line that
// is current. Of all others nobody can tell the release that the program was written for.
var loose = map[string]string{"sinatra": "sinatra:~> 4.1", "rack": "rack:~> 3.1", "roda": "roda:~> 3.90", "webrick": "webrick:~> 1.9"}

// standard are libraries that come with Ruby.
var standard = []string{
	"base64", "benchmark", "bigdecimal", "cgi", "csv", "date", "delegate", "digest", "digest/md5", "digest/sha1", "erb", "etc", "fileutils", "find", "forwardable", "json", "logger", "monitor", "net/http", "net/https", "observer", "open-uri",
	"open3", "openssl", "optparse", "ostruct", "pathname", "pp", "pstore", "rubygems", "securerandom", "set", "shellwords", "singleton", "socket", "stringio", "strscan", "tempfile", "thread", "time", "timeout", "tmpdir", "uri", "yaml", "zlib", "English",
}

// gemless describes a program without a Gemfile: as far as its own requires tell what
// it needs.
func (in *inspection) gemless(g program) (program, error) {
	name := in.d.First("config.ru", "app.rb", "main.rb", "server.rb")
	if name == "" {
		return g, detect.NotService("no Gemfile, and no program that dockgen knows by its name")
	}
	if len(in.d.Names("*.gemspec")) > 0 && name != "config.ru" {
		return g, detect.NotService("library: a gemspec, and nothing that starts a program")
	}
	var gems, unknown []string
	load := false // a file of the project is required as if it were a gem
	files := []string{name}
	for i := 0; i < len(files) && i < 50; i++ {
		nodes, err := in.parse(files[i])
		if err != nil {
			return g, err
		}
		source.Walk(nodes, func(n *source.Node) bool {
			lib, ok := first(nodeArgs(n)).Static()
			if !ok || !n.Is("require") && !n.Is("require_relative") {
				return true
			}
			file := strings.TrimPrefix(lib, "./") + ".rb"
			base, _, _ := strings.Cut(lib, "/")
			switch {
			case in.d.Has(file):
				load = load || n.Is("require") && !strings.HasPrefix(lib, "./")
				if !slices.Contains(files, file) {
					files = append(files, file)
				}
			case slices.Contains(standard, lib) || slices.Contains(standard, base) || lib == "bundler/setup":
			case loose[base] != "":
				if !slices.Contains(gems, base) {
					gems = append(gems, base)
				}
			default:
				if !slices.Contains(unknown, lib) {
					unknown = append(unknown, lib)
				}
			}
			return true
		})
	}
	if len(unknown) > 0 {
		return g, detect.NotService("no Gemfile says what to install, and the program requires %s: write one with bundle init and bundle add", strings.Join(unknown, ", "))
	}
	if name != "config.ru" && len(gems) == 0 {
		return g, detect.NotService("no Gemfile, and %s requires no server", name)
	}
	slices.Sort(gems)
	for _, gem := range gems {
		g.gemless = append(g.gemless, loose[gem])
		if gem != "rack" && gem != "webrick" {
			g.framework = detect.Found(gem, in.d.Note(files[len(files)-1], 0, "requires %s", gem))
		}
	}
	in.p.notes = append(in.p.notes, in.d.Note(name, 0, "there is no Gemfile: the build takes the current line of %s, which may not be what the program was written for; write one with bundle init and bundle add", strings.Join(append(gems, "puma"), ", ")))
	g.gemless = append(g.gemless, "puma:~> 7.0", "rackup:~> 2.2")
	if name != "config.ru" {
		g, err := in.fromScript(g, name)
		return g, err
	}
	g.main = label(name, in.d.Note(name, 0, "is where Rack begins"))
	argv := []string{"puma", "-p", "9292"}
	if load {
		argv = append(argv, "-I", ".")
		in.p.notes = append(in.p.notes, in.d.Note(name, 0, "requires a file beside it without ./, which Ruby has not found since 1.9.2: the folder is put on its search path"))
	}
	g.launch = launch{Argv: argv, Assumed: true, Why: in.d.Note(name, 0, "rackup file")}
	in.listen(&g.launch)
	return g, nil
}
