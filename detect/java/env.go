package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/internal/safe"
)

// environment finds the variables that the program reads: in its code, and in the
// placeholders of its configuration.
func (p *program) environment(s *detect.Service) {
	seen := map[string]int{}
	add := func(name string, required bool, fallback string, note detect.Note) {
		env, err := safe.NewEnvName(name)
		if err != nil || name != strings.ToUpper(name) || slices.Contains(platform, name) || env == s.PortEnv {
			return
		}
		if i, ok := seen[name]; ok {
			s.Env[i].Required = s.Env[i].Required && required
			if s.Env[i].Address.IsZero() {
				s.Env[i].Address = detect.LocalAddress(fallback)
			}
			if len(s.Env[i].Why) < 3 {
				s.Env[i].Why = append(s.Env[i].Why, note)
			}
			return
		}
		seen[name] = len(s.Env)
		s.Env = append(s.Env, detect.EnvVar{Name: env, Required: required, Secret: secretName(name), Address: detect.LocalAddress(fallback), Why: []detect.Note{note}})
	}
	for _, v := range p.config.values {
		if !p.config.holds(v.profile) {
			continue
		}
		optional := strings.Contains(v.value, "${?")
		var walk func(value string, depth int)
		walk = func(value string, depth int) {
			for _, part := range placeholders(value) {
				if part.name == "" || depth > 6 {
					continue
				}
				if _, own := p.config.get(part.name); !own {
					add(part.name, !part.hasDefault && !optional, p.config.plain(part.text), v.note)
				}
				walk(part.text, depth+1)
			}
		}
		walk(v.value, 0)
	}
	for _, v := range p.config.values {
		if name := p.variableOf(v.key); name != "" && p.config.holds(v.profile) && !detect.LocalAddress(v.value).IsZero() {
			add(name, false, v.value, v.note)
		}
	}
	dotenv := p.dotenv()
	for _, src := range p.code.files {
		for i, t := range src.toks {
			if name, ok := src.helperEnv(i, dotenv); ok {
				lower := strings.ToLower(t.Text)
				add(name, strings.Contains(lower, "require") || strings.Contains(lower, "must"), src.fallbackAt(i), src.note(t.Line, "reads $%s", name))
			}
			switch {
			case t.Is("getenv"), t.Is("envOrElse"), t.Is("envOrNone"), t.Is("env") && src.tok(i-1).Is(".") && src.tok(i-2).Is("sys"):
				if name, ok := src.envAt(i); ok {
					add(name, false, src.fallbackAt(i), src.note(t.Line, "reads $%s", name))
				}
			case t.Is("Value") && src.tok(i-1).Is("@") && src.tok(i+1).Is("("):
				if v := src.tok(i + 2); v.Kind == script.String {
					for _, part := range placeholders(strings.ReplaceAll(v.Text, `\`, "")) {
						if _, own := p.config.get(part.name); part.name != "" && !own {
							add(part.name, !part.hasDefault, part.text, src.note(t.Line, "reads ${%s}", part.name))
						}
					}
				}
			}
		}
	}
	for _, f := range p.code.lisp {
		for _, top := range f.forms {
			top.each(func(x sexp) {
				if len(x.items) > 1 {
					if name := lispEnv(sexp{open: x.open, items: x.items[:2]}, ""); name != "" && (x.head() == "System/getenv" || strings.HasPrefix(x.items[1].text, ":")) {
						add(name, false, "", f.dir.Note(f.name, x.items[1].line, "reads $%s", name))
					}
				}
			})
		}
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}

// variableOf is the variable by which a property of the configuration is set from outside,
// "" where there is none. One element of a list can't be set alone: a variable for it
// replaces the list.
// https://docs.spring.io/spring-boot/reference/features/external-config.html (relaxed binding),
// https://quarkus.io/guides/config-reference#environment-variables
func (p *program) variableOf(key string) string {
	if strings.ContainsAny(key, "[%") {
		return ""
	}
	between := "_"
	switch p.fw.name {
	case "spring-boot":
		between = ""
	case "quarkus", "micronaut":
	default:
		return ""
	}
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", between).Replace(key))
}

// fallbackAt is the text that stands behind the name of a variable that is read at i:
// getOrDefault("X", "text"), "" for none.
func (s *source) fallbackAt(i int) string {
	for n := i + 1; n < i+8; n++ {
		if s.tok(n).Kind != script.String {
			continue
		}
		if s.tok(n+1).Is(",") && s.tok(n+2).Kind == script.String {
			return s.tok(n + 2).Text
		}
		return "" // what follows is another call's
	}
	return ""
}

// platform are variables of the machine and of the virtual machine itself.
var platform = []string{"PATH", "HOME", "USER", "HOSTNAME", "PWD", "JAVA_HOME", "JAVA_OPTS", "JAVA_TOOL_OPTIONS", "CI", "TMPDIR", "LANG"}

func secretName(name string) bool {
	for _, word := range []string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY", "CREDENTIAL", "APIKEY"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_PASS") || strings.HasSuffix(name, "_PWD")
}

// envAt is the name of the variable that is read at i: getenv("X"),
// getenv().get("X"), getenv().getOrDefault("X", ...), sys.env("X"), sys.env.get("X").
func (s *source) envAt(i int) (string, bool) {
	n := i + 1
	if s.seq(n, "(", ")") {
		n += 2
	}
	if s.tok(n).Is(".") && s.tok(n+1).Kind == script.Ident {
		n += 2
	}
	if s.tok(n).Is("[") || s.tok(n).Is("(") {
		if t := s.tok(n + 1); t.Kind == script.String {
			if _, err := safe.NewEnvName(t.Text); err == nil {
				return t.Text, true
			}
		} else if t.Kind == script.Ident { // a constant of the file
			for k := range s.toks {
				if s.tok(k).Is(t.Text) && s.tok(k+1).Is("=") && s.tok(k+2).Kind == script.String {
					if _, err := safe.NewEnvName(s.tok(k + 2).Text); err == nil {
						return s.tok(k + 2).Text, true
					}
				}
			}
		}
	}
	return "", false
}

// helperEnv is the variable that a function of the program's own is asked for at i:
// requireEnv("DB_PASSWORD"), env("HOST", "localhost"); and, of those that read a .env file by
// a library, which lays it below the environment: config.get("DB_HOST"), dotenv["DB_HOST"].
func (s *source) helperEnv(i int, dotenv bool) (string, bool) {
	t, open, v := s.tok(i), s.tok(i+1), s.tok(i+2)
	if t.Kind != script.Ident || !open.Is("(") && !open.Is("[") || v.Kind != script.String || len(v.Text) < 3 || t.Is("getenv") || s.tok(i-1).Is("@") {
		return "", false
	}
	if strings.IndexFunc(v.Text, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) >= 0 {
		return "", false
	}
	name := strings.ToLower(t.Text)
	reads := strings.HasSuffix(name, "env") || strings.HasPrefix(name, "env") || dotenv && (strings.HasPrefix(name, "get") || strings.HasPrefix(name, "require"))
	return v.Text, reads
}

// dotenv reports whether the program reads its variables by way of a .env file's library.
func (p *program) dotenv() bool {
	return p.has("io.github.cdimascio:dotenv-kotlin", "io.github.cdimascio:dotenv-java", "io.github.cdimascio:java-dotenv")
}

// hostNames are variables that say on which address a program listens.
var hostNames = []string{"HOST", "SERVER_HOST", "HTTP_HOST", "BIND_HOST", "BIND_ADDRESS", "LISTEN_HOST", "LISTEN_ADDRESS", "APP_HOST"}

// hostByVariable opens a server whose address is a variable's, the loopback one without it.
func (p *program) hostByVariable(s *detect.Service) bool {
	dotenv := p.dotenv()
	for _, src := range p.code.files {
		for i, t := range src.toks {
			name, ok := src.helperEnv(i, dotenv)
			if !ok && t.Is("getenv") {
				name, ok = src.envAt(i)
			}
			if !ok || !slices.Contains(hostNames, name) {
				continue
			}
			for n := i + 3; n < i+9; n++ {
				v := src.tok(n)
				if v.Line > t.Line+1 || v.Kind == script.Ident && !v.Is("getOrDefault") && !v.Is("orElse") {
					break
				}
				if v.Kind == script.String && loopback(v.Text) {
					s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf("0.0.0.0"), Why: "The program listens on the loopback address otherwise, which nothing outside reaches."})
					return true
				}
			}
		}
	}
	return false
}

// settings are the variables that the image sets: memory by the container's limit,
// and what makes a framework listen to others than itself.
func (p *program) settings(s *detect.Service) {
	options := "-XX:MaxRAMPercentage=75.0 -XX:+ExitOnOutOfMemoryError"
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("JAVA_TOOL_OPTIONS"), Value: safe.LabelOf(options), Why: "The heap follows the container's memory limit, and running out of it ends the program."})
	if s.Kind != detect.Server {
		return
	}
	address := map[string][2]string{"spring-boot": {"server.address", "SERVER_ADDRESS"}, "quarkus": {"quarkus.http.host", "QUARKUS_HTTP_HOST"}, "micronaut": {"micronaut.server.host", "MICRONAUT_SERVER_HOST"}, "helidon": {"server.host", "SERVER_HOST"}}[p.fw.name]
	if address[0] != "" {
		if v, ok := p.config.get(address[0]); ok && loopback(p.config.plain(v.value)) {
			s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(address[1]), Value: safe.LabelOf("0.0.0.0"), Why: "The configuration listens on the loopback address, which nothing outside reaches."})
			s.Notes = append(s.Notes, v.note)
		}
		return
	}
	if p.hostByVariable(s) {
		return
	}
	if v, ok := p.config.get("ktor.deployment.host"); ok && loopback(p.config.plain(v.value)) {
		s.Notes = append(s.Notes, detect.Note{Path: v.note.Path, Line: v.note.Line, Text: "listens on the loopback address, which nothing outside the container reaches: make it 0.0.0.0"})
		return
	}
	p.loopbackCalls(s)
}

func loopback(host string) bool { return host == "localhost" || strings.HasPrefix(host, "127.") }

// loopbackCalls notes a server that its code binds to the loopback address.
func (p *program) loopbackCalls(s *detect.Service) {
	for _, src := range p.code.files {
		for _, call := range append([]string{"withHost", "newServerAt", "bindAndHandle", "host"}, portCalls[p.fw.name]...) {
			for i, t := range src.toks {
				if !t.Is(call) || !src.tok(i+1).Is("(") {
					continue
				}
				for n := i + 2; n < min(src.closing(i+1), i+14); n++ {
					if v := src.tok(n); v.Kind == script.String && loopback(v.Text) {
						s.Notes = append(s.Notes, src.note(t.Line, "listens on the loopback address %s, which nothing outside the container reaches: make it 0.0.0.0", v.Text))
						return
					}
				}
			}
		}
	}
}

// state finds folders that the program writes to: databases in files.
func (p *program) state(s *detect.Service) {
	for _, v := range p.config.values {
		if !p.config.holds(v.profile) {
			continue
		}
		text := p.config.plain(v.value)
		for _, prefix := range []string{"jdbc:h2:file:", "jdbc:h2:", "jdbc:sqlite:", "jdbc:hsqldb:file:", "jdbc:derby:"} {
			file, ok := strings.CutPrefix(text, prefix)
			if !ok {
				continue
			}
			file, _, _ = strings.Cut(strings.SplitN(file, "?", 2)[0], ";")
			p.stateFile(s, file, v.note)
			break
		}
	}
}

func (p *program) stateFile(s *detect.Service, file string, note detect.Note) {
	switch {
	case strings.HasPrefix(file, "mem:"), strings.HasPrefix(file, ":memory:"), file == "", strings.HasPrefix(file, "tcp:"), strings.HasPrefix(file, "ssl:"), strings.HasPrefix(file, "/tmp/"), strings.HasPrefix(file, "file:"):
		return
	case path.IsAbs(file), strings.HasPrefix(file, "~"):
		s.Notes = append(s.Notes, detect.Note{Path: note.Path, Line: note.Line, Text: "keeps its database in " + file + ", which is gone with the container: point it to a folder below the working directory, or to a database server"})
		return
	}
	dir, err := safe.NewRelPath(path.Dir(file))
	if err != nil {
		return
	}
	if dir.String() == "." {
		s.Notes = append(s.Notes, detect.Note{Path: note.Path, Line: note.Line, Text: "keeps its database beside the program: the working directory is writable for it, and a folder of its own would be better"})
	}
	if !slices.Contains(s.State, dir) {
		s.State = append(s.State, dir)
	}
}

// labels are the image's, out of the build file.
func (p *program) labels(s *detect.Service) {
	add := func(key, text string) {
		text = strings.Join(strings.Fields(text), " ")
		if l, err := safe.NewLabel(text); err == nil && text != "" && len(text) < 300 {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + key, Value: l})
		}
	}
	title := p.title
	if title == "" {
		title = p.name
	}
	add("title", title)
	add("description", p.description)
	add("version", p.version)
	if id := spdx(p.license); id != "" {
		add("licenses", id)
	}
}

// spdx is the identifier of a licence by the names that poms give it.
func spdx(name string) string {
	n := strings.ToLower(name)
	switch {
	case strings.Contains(n, "apache") && strings.Contains(n, "2"):
		return "Apache-2.0"
	case n == "mit" || strings.Contains(n, "mit license"):
		return "MIT"
	case strings.Contains(n, "eclipse public license") && strings.Contains(n, "2"):
		return "EPL-2.0"
	}
	return ""
}
