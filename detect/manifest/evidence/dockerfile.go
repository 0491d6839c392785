package evidence

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockgen/detect"
)

// dockerfile reads the port and the health path out of the Dockerfile of
// the service's folder. One whose command is a developer's, or whose last
// stage is a web server for files, says nothing of the program.
func dockerfile(d *detect.Dir, s *detect.Service) error {
	if s.Kind != detect.Server {
		return nil
	}
	if _, _, err := readDockerfile(d); err != nil {
		return err
	}
	takeFrom(s, d)
	return nil
}

var webServerRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|/)(nginx|nginx-unprivileged|httpd|caddy|traefik)([:@-]|$)`)
})

type stage struct {
	from      string
	exposed   []exposure
	command   string
	check     string
	checkLine int
	env       map[string]string // its own, not those of a stage that it stands on
}

type exposure struct{ port, line int }

// lastStage is what the last stage of a Dockerfile says, with variables filled in
// from the defaults of ARG and ENV. A stage that stands on another goes on with what that
// one says.
func lastStage(file *parser.Node) stage {
	out := stage{env: map[string]string{}}
	name, named := "", map[string]stage{}
	vars := map[string]string{}
	for _, n := range file.Children {
		words := wordsOf(n)
		switch strings.ToLower(n.Value) {
		case "from":
			named[name] = out
			out, name = stage{env: map[string]string{}}, ""
			if len(words) == 0 {
				continue
			}
			out.from = expand(words[0], vars)
			if below, ok := named[strings.ToLower(out.from)]; ok && out.from != "" {
				out = below
				out.exposed = slices.Clip(out.exposed)
			}
			out.env = map[string]string{}
			if len(words) == 3 {
				name = strings.ToLower(words[2])
			}
		case "arg":
			for _, w := range words {
				if k, v, ok := strings.Cut(w, "="); ok {
					vars[k] = strings.Trim(v, `"'`)
				}
			}
		case "env": // the parser gives name, value and separator in turn
			for i := 0; i+1 < len(words); i += 3 {
				vars[words[i]] = expand(strings.Trim(words[i+1], `"'`), vars)
				out.env[words[i]] = vars[words[i]]
			}
		case "expose":
			for _, w := range words {
				port, _, _ := strings.Cut(expand(w, vars), "/")
				if p := number(port); p > 0 {
					out.exposed = append(out.exposed, exposure{p, n.StartLine})
				}
			}
		case "cmd", "entrypoint":
			out.command += " " + strings.Join(words, " ")
		case "healthcheck":
			out.check, out.checkLine = strings.Join(words, " "), n.StartLine
		}
	}
	return out
}

func wordsOf(n *parser.Node) []string {
	var out []string
	for w := n.Next; w != nil; w = w.Next {
		out = append(out, w.Value)
	}
	return out
}

var variableRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}?`) })

func expand(s string, vars map[string]string) string {
	return variableRE().ReplaceAllStringFunc(s, func(ref string) string {
		m := variableRE().FindStringSubmatch(ref)
		if v, ok := vars[m[1]]; ok {
			return v
		}
		return m[2]
	})
}

var checkedURLRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`https?://[^\s"'|)\\]+`) })

// pathOfCheck is the path that a health check's command asks for; "" for none.
func pathOfCheck(command string) string {
	for _, m := range checkedURLRE().FindAllString(command, 2) {
		if u, err := url.Parse(m); err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "0.0.0.0") {
			return u.EscapedPath()
		}
	}
	return ""
}
