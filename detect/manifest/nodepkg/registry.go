package nodepkg

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// registry is what the configuration says of logging in to registries. Of a
// token only the name of its variable is kept.
type registry struct {
	tokens  []token
	literal []token  // in plain text
	scopes  []string // that come from a registry of their own
}

// token is one place where a login stands.
type token struct {
	file     string
	line     int
	env      string // the variable; "" for plain text
	fallback bool   // the file says what to do without the variable
}

// secretFile reports whether the file holds a token in plain text.
func (r registry) secretFile(name string) bool {
	return slices.ContainsFunc(r.literal, func(t token) bool { return t.file == name })
}

func (p *Project) readRegistry() error {
	for _, name := range []string{".npmrc", ".yarnrc"} {
		if !p.Root.Has(name) {
			continue
		}
		data, err := p.Root.Read(name)
		if err != nil {
			return err
		}
		p.registry.npmrc(name, string(data))
	}
	if p.Root.Has(".yarnrc.yml") && p.Manager.Berry {
		var doc yaml.Node
		if _, err := manifest.YAML(p.Root, ".yarnrc.yml", &doc); err != nil {
			return err
		}
		p.registry.yarnrc(&doc)
	}
	if p.Root.Has("bunfig.toml") && p.Manager.Name.V == "bun" {
		var doc map[string]any
		lines, err := manifest.TOML(p.Root, "bunfig.toml", &doc)
		if err != nil {
			return err
		}
		p.registry.bunfig(doc, lines, nil)
	}
	return nil
}

var (
	// loginKeyRE finds the keys that log in; key is the private one of a client's certificate.
	loginKeyRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(^|:)(_authToken|_auth|_password|key)$`) })
	// loginURLRE finds an address with a password in it.
	loginURLRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`//[^/@\s]*:[^/@\s]+@`) })
	// variableRE finds ${NAME}, ${NAME?}, ${NAME-x} and ${NAME:-x}.
	variableRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)([?:-][^}]*)?\}`) })
	bunEnvRE   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$`) })
)

// npmrc reads npm's settings, one "key = value" a line (https://docs.npmjs.com/cli/configuring-npm/npmrc).
func (r *registry) npmrc(file, text string) {
	i := 0
	for line := range strings.Lines(text) {
		i++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		key, value = strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`)
		if scope, ok := strings.CutSuffix(key, ":registry"); ok && strings.HasPrefix(scope, "@") {
			r.scopes = append(r.scopes, scope)
		}
		if loginKeyRE().MatchString(key) || loginURLRE().MatchString(value) {
			r.add(file, i, value)
		}
	}
}

func (r *registry) add(file string, line int, value string) {
	m := variableRE().FindAllStringSubmatch(value, -1)
	if value != "" && len(m) == 0 {
		r.literal = append(r.literal, token{file: file, line: line})
	}
	for _, v := range m {
		r.tokens = append(r.tokens, token{file, line, v[1], v[2] != ""})
	}
}

// yarnrc reads npmAuthToken and npmAuthIdent wherever they stand: at the top, by
// scope, by registry (https://yarnpkg.com/configuration/yarnrc).
func (r *registry) yarnrc(n *yaml.Node) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			switch value := n.Content[i+1]; c.Value {
			case "npmAuthToken", "npmAuthIdent":
				r.add(".yarnrc.yml", c.Line, value.Value)
			case "npmScopes":
				for j := 0; j+1 < len(value.Content); j += 2 {
					r.scopes = append(r.scopes, "@"+value.Content[j].Value)
				}
			}
		}
		r.yarnrc(c)
	}
}

// bunfig reads token and password below [install] (https://bun.sh/docs/runtime/bunfig).
func (r *registry) bunfig(table map[string]any, lines manifest.Lines, path []string) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		at := append(path[:len(path):len(path)], key)
		switch v := table[key].(type) {
		case map[string]any:
			r.bunfig(v, lines, at)
		case string:
			if key != "token" && key != "password" {
				continue
			}
			if m := bunEnvRE().FindStringSubmatch(v); m != nil {
				r.tokens = append(r.tokens, token{"bunfig.toml", lines.At(at...), m[1], false})
			} else if v != "" {
				r.literal = append(r.literal, token{file: "bunfig.toml", line: lines.At(at...)})
			}
		}
	}
}

// tokens adds what logs in to a registry: a variable that the file names becomes
// a secret of the build, a file with a token in plain text as a whole.
func (p *Project) tokens(in *Install) {
	for _, t := range p.registry.tokens {
		env, err := safe.NewEnvName(t.env)
		if err != nil || p.registry.secretFile(t.file) || slices.ContainsFunc(in.Secrets, func(s detect.BuildSecret) bool { return s.Env == env }) {
			continue
		}
		in.Secrets = append(in.Secrets, detect.BuildSecret{
			ID: safe.Slug(t.env, "npm-token"), Env: env,
			Required: p.privateScope() || t.file == ".yarnrc.yml" && !t.fallback, // Yarn stops without the variable
			Why:      p.Root.Note(t.file, t.line, "%s logs in to a registry", t.env),
		})
	}
	seen := map[string]bool{}
	for _, t := range p.registry.literal {
		if seen[t.file] {
			continue
		}
		seen[t.file] = true
		rel, err := in.Root.Join(t.file)
		if err != nil {
			continue
		}
		in.Ignore = append(in.Ignore, safe.PatternFor(rel))
		in.Secrets = append(in.Secrets, detect.BuildSecret{
			ID: safe.Slug(t.file, "npmrc"), Target: safe.LabelOf("/root/" + t.file), Required: true,
			Why: p.Root.Note(t.file, t.line, "a token in plain text"),
		})
		in.Notes = append(in.Notes, p.Root.Note(t.file, t.line, "holds a token in plain text: it is kept out of the image; take the token back and write ${NPM_TOKEN} instead"))
	}
}

// privateScope reports whether a package of a scope with a registry of its own is installed.
func (p *Project) privateScope() bool {
	for _, m := range p.members() {
		for _, name := range m.direct() {
			if scope, _, ok := strings.Cut(name, "/"); ok && slices.Contains(p.registry.scopes, scope) {
				return true
			}
		}
	}
	return false
}
