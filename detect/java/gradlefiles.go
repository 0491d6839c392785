package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// gradleWrapper reads the version of Gradle that the wrapper brings. Its jar has
// to be there: an ignore list for Java's *.jar often drops it.
func (m *module) gradleWrapper() {
	const props = "gradle/wrapper/gradle-wrapper.properties"
	g, top := m.gradle, m.top
	if !top.Has(props) {
		return
	}
	for _, e := range readProperties(top, props) {
		if e.key != "distributionUrl" {
			continue
		}
		name := path.Base(e.value)
		if v, ok := strings.CutPrefix(name, "gradle-"); ok {
			v, _, _ = strings.Cut(v, "-")
			g.wrapper = strings.TrimSuffix(v, ".zip")
			g.toolFrom = top.Note(props, e.line, "Gradle %s", g.wrapper)
		}
	}
	g.runnable = top.Has("gradlew") && top.Has("gradle/wrapper/gradle-wrapper.jar")
}

// gradleInputs are the files that Gradle reads before it compiles.
func (m *module) gradleInputs() {
	top, g := m.top, m.gradle
	add := func(p string) {
		if !slices.Contains(m.inputs, p) {
			m.inputs = append(m.inputs, p)
		}
	}
	for _, name := range []string{g.build.file, "gradle.properties", "gradlew", "gradle.lockfile", "lombok.config"} {
		if name != "" && top.Has(name) {
			add(name)
		}
	}
	for _, name := range slices.Concat([]string{"gradle"}, g.build.included) {
		if top.HasDir(name) {
			add(name)
		}
	}
	for at := range g.build.projects {
		d := top.Sub(at)
		for _, name := range []string{buildFile(d, path.Base(at)), "gradle.properties", "gradle.lockfile"} {
			if name != "" && d.Has(name) {
				add(path.Join(at, name))
			}
		}
	}
	for _, s := range g.scripts {
		if at := detect.Under(path.Join(s.dir.Path(), s.file), top.Path()); !slices.ContainsFunc(m.inputs, func(in string) bool { return detect.Within(at, in) }) {
			add(at)
		}
	}
	slices.Sort(m.inputs)
}
