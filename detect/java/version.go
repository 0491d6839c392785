package java

import (
	"fmt"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// bound is a release of Java that something needs at least, or can't go beyond.
type bound struct {
	release int
	note    detect.Note
}

// javaVersion is the smallest line with long-term support that the project's own
// release is built and run on; without one the largest that its tools take.
func (p *program) javaVersion(s *detect.Service) (v detect.Value[safe.Version], err error) {
	_, family, err := catalog.Of("java")
	if err != nil {
		return v, err
	}
	file, err := p.versionFile()
	if err != nil {
		return v, err
	}
	asked := p.release
	if file.IsSet() {
		if asked.IsSet() && number(file.V) < number(asked.V) {
			s.Notes = append(s.Notes, detect.Note{Path: file.Why[0].Path, Line: file.Why[0].Line, Text: fmt.Sprintf("asks for Java %s, but the sources are compiled for %s, which is taken", file.V, asked.V)})
		} else {
			asked = file
		}
	}
	least, most := p.least(), p.most()
	if asked.IsSet() {
		want := number(asked.V)
		if least.release > want {
			s.Notes = append(s.Notes, least.note)
			asked = detect.Found(strconv.Itoa(least.release), append([]detect.Note{least.note}, asked.Why...)...)
			want = least.release
		}
		line := lineFor(family, want)
		if most.release > 0 && line > most.release {
			s.Notes = append(s.Notes, detect.Note{Path: most.note.Path, Line: most.note.Line, Text: fmt.Sprintf("%s, and the project asks for %s", most.note.Text, asked.V)})
		}
		number, err := safe.NewVersion(strconv.Itoa(line))
		if err != nil {
			return v, err
		}
		return detect.Found(number, asked.Why...), nil
	}
	best := number(family.Default().String())
	why := []detect.Note{}
	if most.release > 0 && best > most.release {
		best = 0
		for _, l := range family.Lines() {
			if n := number(l.Version.String()); l.LTS && n <= most.release && n > best {
				best = n
			}
		}
		why = append(why, most.note)
	}
	if len(why) == 0 || best == 0 {
		return v, nil // the catalogue's default
	}
	if best < least.release {
		best = lineFor(family, least.release)
	}
	taken, err := safe.NewVersion(strconv.Itoa(best))
	if err != nil {
		return v, err
	}
	return detect.Assumed(taken, why...), nil
}

// lineFor is the line of a release if there is one, else the next with long-term support.
func lineFor(f *catalog.Family, release int) int {
	best := 0
	for _, l := range f.Lines() {
		n := number(l.Version.String())
		if n == release {
			return n
		}
		if l.LTS && n > release && (best == 0 || n < best) {
			best = n
		}
	}
	if best == 0 {
		return release
	}
	return best
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// versionFile is what the files of version managers and platforms ask for.
func (p *program) versionFile() (detect.Value[string], error) {
	d := p.dir
	for at := d; ; at = at.Sub("..") {
		for _, e := range readProperties(at, "system.properties") { // https://devcenter.heroku.com/articles/java-support
			if e.key == "java.runtime.version" && javaRelease(e.value) != "" {
				return detect.Found(javaRelease(e.value), at.Note("system.properties", e.line, "java.runtime.version=%s", e.value)), nil
			}
		}
		for _, e := range readProperties(at, ".sdkmanrc") { // https://sdkman.io/usage#env-command
			if e.key == "java" && vendorRelease(e.value) != "" {
				return detect.Found(vendorRelease(e.value), at.Note(".sdkmanrc", e.line, "java=%s", e.value)), nil
			}
		}
		if at.Path() == "." {
			break
		}
	}
	v, err := manifest.Versions(d, "java", ".java-version")
	if err != nil || !v.IsSet() {
		return detect.Value[string]{}, err
	}
	if r := vendorRelease(v.V); r != "" {
		return detect.Found(r, v.Why...), nil
	}
	return detect.Value[string]{}, nil
}

// vendorRelease is the line in the names of asdf, mise, jenv and SDKMAN:
// temurin-21.0.4+7.0.LTS, openjdk64-17.0.1, 21.0.2-tem, graalvm-community-21.0.1.
func vendorRelease(s string) string {
	for _, part := range strings.Split(s, "-") {
		if r := javaRelease(part); r != "" {
			return r
		}
	}
	return ""
}

// gradleJava are the releases of Gradle that first ran on a line of Java
// (https://docs.gradle.org/current/userguide/compatibility.html).
var gradleJava = []struct {
	java         int
	major, minor int
}{{26, 9, 4}, {25, 9, 1}, {24, 8, 14}, {23, 8, 10}, {22, 8, 8}, {21, 8, 5}, {20, 8, 3}, {19, 7, 6}, {18, 7, 5}, {17, 7, 3}, {16, 7, 0}, {15, 6, 7}, {14, 6, 3}, {13, 6, 0}, {12, 5, 4}, {11, 5, 0}, {8, 2, 0}}

// bootJava are the releases of Spring Boot that first ran on a line of Java
// (each release's "System Requirements").
var bootJava = []struct {
	java         int
	major, minor int
}{{26, 4, 0}, {25, 3, 5}, {24, 3, 4}, {23, 3, 4}, {22, 3, 3}, {21, 3, 2}, {20, 3, 0}, {19, 2, 7}, {18, 2, 6}, {17, 2, 5}, {16, 2, 4}, {15, 2, 3}, {14, 2, 2}, {13, 2, 2}, {12, 2, 1}, {11, 2, 1}, {8, 1, 0}}

// sbtJava likewise; sbt 1.6 and 1.9 say so in their release notes.
var sbtJava = []struct {
	java         int
	major, minor int
}{{25, 1, 11}, {21, 1, 9}, {17, 1, 6}, {11, 1, 1}, {8, 0, 13}}

// most is the newest Java that all of the project's tools run on; 0 where nothing is known.
func (p *program) most() bound {
	var b bound
	take := func(release int, note detect.Note) {
		if release > 0 && (b.release == 0 || release < b.release) {
			b = bound{release, note}
		}
	}
	if p.tool == gradle {
		if v := parseVersion(p.gradle.wrapper); v.known() {
			for _, g := range gradleJava {
				if !v.less(g.major, g.minor) {
					note := p.gradle.toolFrom
					note.Text = fmt.Sprintf("Gradle %s runs on Java %d at most", p.gradle.wrapper, g.java)
					take(g.java, note)
					break
				}
			}
		}
	}
	if text := p.versionOf("spring-boot"); p.fw.name == "spring-boot" {
		if v := parseVersion(text); v.known() {
			for _, g := range bootJava {
				if !v.less(g.major, g.minor) {
					note := p.fwNote
					note.Text = fmt.Sprintf("Spring Boot %s runs on Java %d at most", text, g.java)
					take(g.java, note)
					break
				}
			}
		}
	}
	if v := parseVersion(p.versionOf("helidon")); p.fw.name == "helidon" && v.known() && v.less(3) {
		// https://helidon.io/docs/v2/about/03_prerequisites.html; its CDI makes classes in ways that later ones refuse.
		note := p.fwNote
		note.Text = fmt.Sprintf("Helidon %s is of the time of Java 11", p.versionOf("helidon"))
		take(11, note)
	}
	if p.tool == sbt {
		if v := parseVersion(p.sbt.version); v.known() {
			for _, g := range sbtJava {
				if !v.less(g.major, g.minor) {
					note := p.sbt.from
					note.Text = fmt.Sprintf("sbt %s runs on Java %d at most", p.sbt.version, g.java)
					take(g.java, note)
					break
				}
			}
		}
		if v := parseVersion(p.versionOf("play")); p.fw.name == "play" && v.known() && v.less(2, 9) {
			note := p.fwNote
			note.Text = fmt.Sprintf("Play %s runs on Java 11 at most", p.versionOf("play"))
			take(11, note)
		}
	}
	if k, ok := p.plugin("org.jetbrains.kotlin.jvm", "kotlin-maven-plugin"); ok {
		if v := parseVersion(k.version); v.known() { // https://kotlinlang.org/docs/compiler-reference.html#jvm-target-version
			switch {
			case v.less(1, 6):
				take(16, noteOf(k, "Kotlin %s compiles for Java 16 at most", k.version))
			case v.less(1, 9), len(v) > 2 && v[0] == 1 && v[1] == 9 && v[2] < 20:
				take(20, noteOf(k, "Kotlin %s compiles for Java 20 at most", k.version))
			case v.less(2, 2):
				take(23, noteOf(k, "Kotlin %s compiles for Java 23 at most", k.version))
			case v.less(2, 3):
				take(24, noteOf(k, "Kotlin %s compiles for Java 24 at most", k.version))
			}
		}
	}
	return b
}

func noteOf(pl plugin, format string, args ...any) detect.Note {
	return detect.Note{Path: pl.note.Path, Line: pl.note.Line, Text: fmt.Sprintf(format, args...)}
}

// least is the oldest Java that the project's tools and framework run on.
func (p *program) least() bound {
	var b bound
	take := func(release int, note detect.Note, what, version string) {
		if release > b.release {
			note.Text = fmt.Sprintf("%s %s needs Java %d", what, version, release)
			b = bound{release, note}
		}
	}
	if p.tool == gradle {
		if v := parseVersion(p.gradle.wrapper); v.known() && !v.less(9) {
			take(17, p.gradle.toolFrom, "Gradle", p.gradle.wrapper)
		}
	}
	needs := map[string][][3]int{ // framework: from version major.minor on, Java
		"spring-boot": {{3, 0, 17}, {2, 0, 8}},
		"quarkus":     {{3, 7, 17}, {2, 0, 11}},
		"micronaut":   {{5, 0, 21}, {4, 0, 17}},
		"helidon":     {{4, 0, 21}, {3, 0, 17}, {2, 0, 11}},
		"javalin":     {{7, 0, 17}, {5, 0, 11}},
		"dropwizard":  {{5, 0, 17}, {3, 0, 11}},
		"play":        {{2, 9, 11}},
		"vertx":       {{5, 0, 11}},
		"jetty":       {{12, 0, 17}, {10, 0, 11}},
	}
	text := p.frameworkVersion()
	if v := parseVersion(text); v.known() {
		for _, n := range needs[p.fw.name] {
			if !v.less(n[0], n[1]) {
				take(n[2], p.fwNote, p.fw.name, text)
				break
			}
		}
	}
	if v := parseVersion(p.sbtVersion()); v.known() && !v.less(2) {
		take(17, p.sbt.from, "sbt", p.sbtVersion())
	}
	return b
}

func (p *program) sbtVersion() string {
	if p.sbt == nil {
		return ""
	}
	return p.sbt.version
}
