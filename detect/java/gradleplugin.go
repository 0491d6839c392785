package java

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// pluginClass adds what a plug-in does that is a class of an included build, mostly of
// buildSrc: applied as the class itself, or by the id that a file gives it
// (https://docs.gradle.org/current/userguide/java_gradle_plugin.html).
func (g *gradleModule) pluginClass(p pluginCall, id string) {
	for _, build := range g.build.included {
		dir := g.build.top.Sub(build)
		class := ""
		switch file := "src/main/resources/META-INF/gradle-plugins/" + id + ".properties"; {
		case id == "" && len(p.id.Path) > 0 && !p.id.Called:
			class = strings.TrimSuffix(strings.Join(p.id.Path, "."), ".class")
		case id != "" && !strings.ContainsAny(id, "/\\") && dir.Has(file):
			for _, e := range readProperties(dir, file) {
				if e.key == "implementation-class" {
					class = strings.TrimSpace(e.value)
				}
			}
		}
		if class == "" || strings.ContainsAny(class, "/\\*?[") {
			continue
		}
		base := class[strings.LastIndexByte(class, '.')+1:]
		for name := range dir.Files(base+".groovy", base+".kt", base+".java") {
			if strings.HasPrefix(name, "src/main/") {
				g.addClass(dir, name)
				break
			}
		}
	}
}

// addClass takes the body of the method that applies a plug-in for a script.
func (g *gradleModule) addClass(d *detect.Dir, name string) {
	for _, s := range g.scripts {
		if s.dir.Path() == d.Path() && s.file == name {
			return
		}
	}
	data, err := d.Read(name)
	if err != nil {
		return
	}
	dialect := script.Groovy
	switch path.Ext(name) {
	case ".kt":
		dialect = script.Kotlin
	case ".java":
		dialect = script.Java
	}
	toks := script.Lex(data, dialect)
	for i := 1; i+1 < len(toks); i++ {
		if !toks[i].Is("apply") || !toks[i+1].Is("(") || !toks[i-1].Is("void") && !toks[i-1].Is("fun") && !toks[i-1].Is("def") {
			continue
		}
		for i < len(toks) && !toks[i].Is("{") {
			i++
		}
		if end := matching(toks, i); end > i {
			g.scripts = append(g.scripts, gradleScript{d, name, script.ParseTokens(toks[i+1 : end])})
		}
		return
	}
}

// matching is the index of the brace that closes the one at i; i where none does.
func matching(toks []script.Token, i int) int {
	depth := 0
	for n := i; n < len(toks); n++ {
		switch {
		case toks[n].Is("{"):
			depth++
		case toks[n].Is("}"):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return i
}
