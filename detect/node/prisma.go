package node

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

var (
	prismaProviderRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*provider\s*=\s*"([a-z]+)"`) })
	prismaURLRE      = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*(?:directUrl|url)\s*=\s*env\("([A-Za-z_][A-Za-z0-9_]*)"\)`)
	})
	prismaFileRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*url\s*=\s*"file:([^"]+)"`) })
)

// prismaExtension reports whether the schema names an extension of PostgreSQL
// (https://www.prisma.io/docs/orm/prisma-schema/postgresql-extensions).
func (p *project) prismaExtension(names ...string) bool {
	schema := p.prismaSchema()
	if schema == "" {
		return false
	}
	data, err := p.Read(schema)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		key, list, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.TrimSpace(key) != "extensions" {
			continue
		}
		for _, word := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune("[](), \t\":", r) }) {
			if slices.Contains(names, word) {
				return true
			}
		}
	}
	return false
}

// prismaSchema is the project's own schema, "" for none.
func (p *project) prismaSchema() string {
	if !p.has("prisma", "@prisma/client") {
		return ""
	}
	named := []string{"prisma/schema.prisma", "schema.prisma", "src/prisma/schema.prisma", "db/schema.prisma", "prisma/schema/schema.prisma"}
	if r, ok := rel(p.pkg.PrismaSchema); ok && p.pkg.PrismaSchema != "" {
		named = append([]string{r.String()}, named...)
	}
	if config := p.load(p.First(configs("prisma.config")...)); config != nil {
		if s, _, ok := p.literal(config, "schema"); ok {
			if r, ok := rel(s); ok {
				named = append([]string{r.String(), path.Join(r.String(), "schema.prisma")}, named...)
			}
		}
	}
	return p.First(named...)
}

// prisma reads the datasource of the schema, the project's own or that of a
// package of its workspace
// (https://www.prisma.io/docs/orm/reference/prisma-schema-reference#datasource).
func (p *project) prisma() (provider string, at detect.Note) {
	p.prismaEnv = nil
	if name := p.prismaSchema(); name != "" {
		return p.datasource(p.Dir, name)
	}
	for _, m := range p.members() {
		if name := m.Manifest.Dir.First("prisma/schema.prisma", "schema.prisma", "src/prisma/schema.prisma"); name != "" {
			return p.datasource(m.Manifest.Dir, name)
		}
	}
	return "", at
}

func (p *project) datasource(d *detect.Dir, name string) (provider string, at detect.Note) {
	data, err := d.Read(name)
	if err != nil {
		return "", at
	}
	inside := false
	for i, line := range strings.Split(string(data), "\n") {
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "datasource "):
			inside = true
		case trimmed == "}":
			inside = false
		case inside:
			if m := prismaProviderRE().FindStringSubmatch(line); m != nil {
				provider, at = m[1], d.Note(name, i+1, "provider = %q", m[1])
			}
			if m := prismaURLRE().FindStringSubmatch(line); m != nil {
				p.prismaEnv = append(p.prismaEnv, variable{name: m[1], required: true, why: []detect.Note{d.Note(name, i+1, "url = env(%q)", m[1])}})
			}
			if m := prismaFileRE().FindStringSubmatch(line); m != nil {
				p.sqliteFile = path.Join(path.Dir(name), m[1])
			}
		}
	}
	return provider, at
}

// withPrisma adds what Prisma's schema names as the address.
func (p *project) withPrisma(settings []detect.NeedSetting) []detect.NeedSetting {
	for _, v := range p.prismaEnv {
		name, err := safe.NewEnvName(v.name)
		if err != nil {
			continue
		}
		settings = slices.DeleteFunc(settings, func(s detect.NeedSetting) bool { return s.Env == name })
		settings = append(settings, detect.NeedSetting{Env: name, Part: detect.PartURL})
	}
	return settings
}

// generate adds Prisma's client: it is made of the schema, which installing
// alone does not see (https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/generating-prisma-client).
func (p *project) generate(facts *Facts) error {
	schema := p.prismaSchema()
	if p.nx.moved() && p.npm.Root.First("prisma/schema.prisma", "schema.prisma") != "" {
		schema = "prisma/schema.prisma"
		for _, name := range []string{"postinstall", "prepare"} {
			if strings.Contains(p.npm.RootManifest().Scripts[name], "prisma generate") {
				return nil
			}
		}
	}
	if schema == "" || !p.has("prisma", "@prisma/client") {
		return nil
	}
	for _, name := range []string{p.buildScript(), "postinstall", "prepare"} {
		for _, c := range p.expand(p.script(name), 0) {
			if c.Program() == "prisma" && slices.Contains(c.Args, "generate") {
				return nil
			}
		}
	}
	argv, err := p.npm.Exec("prisma", "generate")
	if err != nil {
		return err
	}
	facts.Prepare = append(facts.Prepare, argv)
	return nil
}

// prismaCopies: migrations are run with the schema.
func (p *project) prismaCopies() []string {
	schema := p.prismaSchema()
	if schema == "" {
		return nil
	}
	if dir := path.Dir(schema); dir != "." {
		return []string{dir}
	}
	return []string{schema}
}

// onFile reports whether the program's database is a file, and no server of one is spoken to.
func (p *project) onFile() bool {
	if provider, _ := p.prisma(); provider != "" {
		return provider == "sqlite"
	}
	return slices.ContainsFunc(sqliteDrivers, p.uses) && !slices.ContainsFunc([]string{"pg", "mysql", "mysql2", "mariadb", "tedious", "postgres"}, p.uses)
}
