package java

import (
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// configValue is one value of the program's configuration.
type configValue struct {
	key, value string
	profile    string // it holds under that profile alone
	note       detect.Note
}

// config is the configuration that a program reads out of its own resources:
// application.yml and its like, keys joined by dots, the strongest first.
type config struct {
	values []configValue
	named  map[string][]int // the values by their key, relaxed; nil until all are read
	active []string         // profiles that the build or the configuration turns on
	lookup func(string) string
}

// quarkusProd is the profile under which Quarkus runs a packaged program.
const quarkusProd = "%prod"

// configDirs are where resources stand in a module.
var configDirs = []string{"src/main/resources/config", "src/main/resources", "config", "conf", "resources", "."}

// configNames are the files of Spring Boot, Quarkus, Micronaut, Helidon and Ktor.
var configNames = []string{"application", "microprofile-config", "bootstrap"}

// loadConfig reads the module's configuration. A file that can't be parsed is
// left out with a note: it may hold a template's placeholders.
func (m *module) loadConfig(code *code) *config {
	c := &config{lookup: m.props}
	names := append(code.configNames(), configNames...)
	dirs := configDirs
	if m.tool == sbt { // those of the projects that it is made with
		dirs = slices.Clone(dirs)
		for _, src := range m.sources {
			if src != "src/main" && path.Base(src) == "main" {
				dirs = append(dirs, path.Join(src, "resources"))
			}
		}
	}
	for _, dir := range dirs {
		if dir == "." && m.tool != maven && m.tool != gradle {
			continue
		}
		d := m.dir.Sub(dir)
		for _, base := range names {
			m.configFile(c, d, base, "")
			for _, name := range d.Names(base+"-*.properties", base+"-*.yml", base+"-*.yaml") {
				profile := strings.TrimPrefix(strings.TrimSuffix(name, path.Ext(name)), base+"-")
				m.configFile(c, d, base+"-"+profile, profile)
			}
		}
		if dir == "src/main/resources" {
			m.configFile(c, d.Sub("META-INF"), "microprofile-config", "")
		}
	}
	c.activate()
	c.named = map[string][]int{}
	for i, v := range c.values {
		key := relaxed(v.key)
		c.named[key] = append(c.named[key], i)
	}
	return c
}

// configNames are what a program of Spring Boot calls its own configuration:
// "spring.config.name=server" among the properties that it starts with.
func (c *code) configNames() []string {
	var out []string
	for _, s := range c.files {
		for _, t := range s.toks {
			if name, ok := strings.CutPrefix(t.Text, "spring.config.name="); ok && t.Kind == script.String && name != "" && !strings.ContainsAny(name, "/\\*?[,$") {
				out = append(out, name)
			}
		}
	}
	return out
}

func (m *module) configFile(c *config, d *detect.Dir, base, profile string) {
	if name := base + ".properties"; d.Has(name) {
		c.properties(d, name, profile)
	}
	for _, ext := range []string{".yml", ".yaml"} {
		if name := base + ext; d.Has(name) {
			if err := c.yaml(d, name, profile); err != nil {
				m.notes = append(m.notes, d.Note(name, 0, "not looked at further: it is no plain YAML"))
			}
		}
	}
	if name := base + ".conf"; d.Has(name) {
		c.hocon(d, name)
	}
}

func (c *config) properties(d *detect.Dir, name, profile string) {
	var doc []configValue
	flush := func() {
		c.add(doc, profile)
		doc = nil
	}
	for _, e := range readProperties(d, name) {
		if e.key == documentEnd {
			flush()
			continue
		}
		doc = append(doc, configValue{key: e.key, value: e.value, note: d.Note(name, e.line, "%s=%s", e.key, shown(e.key, e.value))})
	}
	flush()
}

// shown is a value as evidence may show it: nothing that may be a secret.
func shown(key, value string) string {
	if k := strings.ToLower(key); strings.Contains(k, "password") || strings.Contains(k, "secret") || strings.Contains(k, "token") || strings.Contains(k, "key") {
		return "..."
	}
	if at := strings.LastIndexByte(value, '@'); at >= 0 && strings.Contains(value[:at], "://") {
		return value[:strings.Index(value, "://")+3] + "..." + value[at:]
	}
	return value
}

// maxDocuments is how many documents of one YAML file are read.
const maxDocuments = 50

func (c *config) yaml(d *detect.Dir, name, profile string) error {
	data, err := d.Read(name)
	if err != nil {
		return err
	}
	// Gradle's expand writes \$ as $, which between quotes is no YAML.
	data = bytes.ReplaceAll(data, []byte(`\$`), []byte("$"))
	// Maven's resource filtering knows @name@, and JHipster's build #name#: neither
	// may begin a plain YAML value.
	for _, mark := range []string{"@", "#"} {
		for _, key := range []string{"spring.profiles.active", "project.version", "project.artifactId", "project.name"} {
			data = bytes.ReplaceAll(data, []byte(" "+mark+key+mark), []byte(" '"+mark+key+mark+"'"))
		}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for range maxDocuments {
		var node yaml.Node
		err := dec.Decode(&node)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var doc []configValue
		flatten(&node, "", 0, func(key, value string, line int) {
			doc = append(doc, configValue{key: key, value: value, note: d.Note(name, line, "%s: %s", key, shown(key, value))})
		})
		c.add(doc, profile)
	}
	return nil
}

// flatten writes a tree as keys with dots; aliases are not followed.
func flatten(n *yaml.Node, key string, depth int, f func(key, value string, line int)) {
	if depth > 30 {
		return
	}
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			flatten(c, key, depth+1, f)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i].Value
			if key != "" {
				k = key + "." + k
			}
			flatten(n.Content[i+1], k, depth+1, f)
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			flatten(c, key+"["+strconv.Itoa(i)+"]", depth+1, f)
		}
	case yaml.ScalarNode:
		f(key, n.Value, n.Line)
	}
}

// add takes a document. One that is bound to a profile says so in it
// (https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.files.multi-document);
// Quarkus puts the profile in front of each key, as in %prod.quarkus.http.port.
func (c *config) add(doc []configValue, profile string) {
	for _, v := range doc {
		if v.key == "spring.config.activate.on-profile" || v.key == "spring.profiles" || strings.HasPrefix(v.key, "spring.profiles[") {
			profile = v.value
		}
	}
	for _, v := range doc {
		v.profile = profile
		if rest, ok := strings.CutPrefix(v.key, "%"); ok {
			if p, key, ok := strings.Cut(strings.ReplaceAll(rest, `"`, ""), "."); ok {
				v.profile, v.key = "%"+p, key
			}
		}
		c.values = append(c.values, v)
	}
}

// activate finds the profiles that hold without anybody asking: those that the
// configuration turns on itself, Quarkus' prod, Spring's default.
func (c *config) activate() {
	for _, v := range c.values {
		if v.profile == "" && (v.key == "spring.profiles.active" || v.key == "spring.profiles.default" || v.key == "spring.profiles.include" || strings.HasPrefix(v.key, "spring.profiles.active[") || strings.HasPrefix(v.key, "spring.profiles.include[")) {
			for _, p := range strings.Split(c.plain(v.value), ",") {
				if p = strings.TrimSpace(p); p != "" && !strings.ContainsAny(p, "${}@#") {
					c.active = append(c.active, p)
				}
			}
		}
	}
	c.active = append(c.active, quarkusProd)
}

// holds reports whether a value of that profile holds in a plain start.
func (c *config) holds(profile string) bool {
	if profile == "" {
		return true
	}
	for _, p := range strings.FieldsFunc(profile, func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
		if no, ok := strings.CutPrefix(p, "!"); ok && !slices.Contains(c.active, no) || !ok && (slices.Contains(c.active, p) || p == "default" && len(c.active) == 1) {
			return true
		}
	}
	return false
}

// get is the value of the first key that has one, that of an active profile
// before the others; ok is false where there is none.
func (c *config) get(keys ...string) (configValue, bool) {
	for _, key := range keys {
		key = relaxed(key)
		var plain, profiled *configValue
		for _, i := range c.at(key) {
			v := c.values[i]
			if !c.holds(v.profile) {
				continue
			}
			if v.profile != "" && profiled == nil {
				profiled = &c.values[i]
			}
			if v.profile == "" && plain == nil {
				plain = &c.values[i]
			}
		}
		for _, v := range []*configValue{profiled, plain} {
			if v != nil {
				return *v, true
			}
		}
	}
	return configValue{}, false
}

// at are the values of a relaxed key, the strongest first.
func (c *config) at(key string) []int {
	if c.named != nil {
		return c.named[key]
	}
	var out []int
	for i, v := range c.values {
		if relaxed(v.key) == key {
			out = append(out, i)
		}
	}
	return out
}

// relaxed is a key without what Spring takes as different: context-path, contextPath.
func relaxed(key string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(key, "-", ""), "_", ""))
}

// plain is a value with its placeholders replaced by their defaults, and with what
// the build puts into resources.
func (c *config) plain(value string) string { return c.plainDepth(value, 0) }

func (c *config) plainDepth(value string, depth int) string {
	for _, mark := range []string{"@", "#"} {
		if in, ok := strings.CutPrefix(strings.TrimSpace(value), mark); ok && strings.HasSuffix(in, mark) && c.lookup != nil {
			if v := c.lookup(strings.TrimSuffix(in, mark)); v != "" {
				return v
			}
		}
	}
	out := ""
	for _, p := range placeholders(value) {
		switch {
		case p.name == "":
			out += p.text
		case p.hasDefault:
			out += c.plainDepth(p.text, depth+1)
		default:
			if v, ok := c.get(p.name); ok && depth < 8 {
				out += c.plainDepth(v.value, depth+1)
			} else if !ok {
				out += machine[p.name]
			}
		}
		if len(out) > 4096 {
			return out
		}
	}
	return out
}

// machine are properties of the virtual machine, as the image runs it.
var machine = map[string]string{"user.home": "/home/app", "user.dir": "/app", "java.io.tmpdir": "/tmp"}

// placeholder is a part of a value: text, or ${name:default}.
type placeholder struct {
	name, text string // text is the default of a name
	hasDefault bool
}

// placeholders splits a value; a default may hold placeholders itself.
func placeholders(value string) []placeholder {
	var out []placeholder
	for {
		open := strings.Index(value, "${")
		if open < 0 {
			break
		}
		depth, end := 0, -1
		for i := open; i < len(value); i++ {
			if value[i] == '{' {
				depth++
			} else if value[i] == '}' {
				if depth--; depth == 0 {
					end = i
					break
				}
			}
		}
		if end < 0 {
			break
		}
		if open > 0 {
			out = append(out, placeholder{text: value[:open]})
		}
		inner := strings.TrimPrefix(value[open+2:end], "?")
		name, def, ok := strings.Cut(inner, ":")
		out = append(out, placeholder{name: strings.TrimPrefix(strings.TrimSpace(name), "env."), text: strings.TrimPrefix(def, "-"), hasDefault: ok})
		value = value[end+1:]
	}
	if value != "" {
		out = append(out, placeholder{text: value})
	}
	return out
}

// number is the value as a number, 0 where it is none.
func (c *config) number(v configValue) int {
	n, _ := strconv.Atoi(strings.TrimSpace(c.plain(v.value)))
	return n
}
