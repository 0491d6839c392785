package java

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// Migrate is what a stage of its own is made of, which applies the migrations: the
// library that the plug-in runs too, by its own interface.
type Migrate struct {
	Liquibase bool
	Libraries []Library
	// Folders are copied below the stage's working directory.
	Folders []MigrateFolder
	// Env is the plug-in's configuration, as the library reads it.
	Env   []detect.Setting
	Start safe.Argv

	url, user, password string // the variables of the address
	assumed             bool   // the project names no release
	on                  safe.RelPath
}

// Library is a jar of Maven's repositories.
type Library struct {
	Group, Name string // constants
	Version     safe.Version
	Suffix      string // a constant behind the version
}

// MigrateFolder is a folder of the context, and where the stage has it.
type MigrateFolder struct{ From, To safe.RelPath }

// driver is the one of a database, with what Flyway needs beside it.
type driver struct {
	group, name, version, suffix string
	flyway                       string
	since                        int // the line of Flyway that has it apart
}

// drivers are by the catalogue's names. The releases run on Java 8, but SQL Server's on 11.
func drivers() map[string]driver {
	return map[string]driver{
		"postgres":  {"org.postgresql", "postgresql", "42.7.8", "", "flyway-database-postgresql", 10},
		"mysql":     {"com.mysql", "mysql-connector-j", "9.4.0", "", "flyway-mysql", 9},
		"mariadb":   {"org.mariadb.jdbc", "mariadb-java-client", "3.5.6", "", "flyway-mysql", 9},
		"sqlserver": {"com.microsoft.sqlserver", "mssql-jdbc", "13.2.1", ".jre11", "flyway-sqlserver", 9},
	}
}

// The releases that are taken where the project names none: the newest of Flyway for
// Java 17 and for older ones, and of Liquibase under the Apache licence.
const (
	flywayNew    = "11.14.1"
	flywayOld    = "9.22.3"
	liquibaseNew = "4.33.0"
)

// migrateTool makes the tool of a plug-in's configuration, or says why it can't.
func (p *program) migrateTool(at *module, m migrator, pl plugin, database string) (t *Migrate, why string) {
	values, why := at.pluginValues(m, pl)
	if why != "" {
		return nil, why
	}
	version, assumed, why := p.migrateVersion(at, m, pl)
	if why != "" {
		return nil, why
	}
	d := drivers()[database]
	t = &Migrate{assumed: assumed}
	if m.plain == "liquibase" {
		why = t.liquibase(p, at, values)
		t.Libraries = append(t.Libraries, Library{Group: "org.liquibase", Name: "liquibase-core", Version: version})
	} else {
		why = t.flyway(p, at, values)
		t.Libraries = append(t.Libraries, Library{Group: "org.flywaydb", Name: "flyway-core", Version: version})
		if number(strings.Split(version.String(), ".")[0]) >= d.since {
			t.Libraries = append(t.Libraries, Library{Group: "org.flywaydb", Name: d.flyway, Version: version})
		}
	}
	if why != "" {
		return nil, why
	}
	own := Library{Group: d.group, Name: d.name, Suffix: d.suffix}
	own.Version, _ = safe.NewVersion(d.version)
	if dep, ok := p.dep(d.group + ":" + d.name); ok && d.suffix == "" {
		if v, err := safe.NewVersion(dep.version); err == nil {
			own.Version = v
		}
	}
	t.Libraries = append(t.Libraries, own)
	t.on = t.Folders[0].From
	return t, ""
}

// migrateVersion is the release of the tool: that of the plug-in of Maven, which has the
// tool's own, or of the library where the build names it, else one that is assumed.
func (p *program) migrateVersion(at *module, m migrator, pl plugin) (v safe.Version, assumed bool, why string) {
	asked := ""
	if at.tool == maven || m.plain == "flyway" {
		asked = pl.version
	}
	if asked == "" {
		for _, key := range []string{m.plain + ".version", m.plain + "Version"} {
			asked = cmp.Or(asked, at.props(key))
		}
	}
	if asked == "" {
		assumed, asked = true, liquibaseNew
		if m.plain == "flyway" {
			asked = flywayNew
			if p.release.IsSet() && number(p.release.V) < 17 {
				asked = flywayOld
			}
		}
	}
	v, err := safe.NewVersion(asked)
	if err != nil {
		return v, assumed, "its version is not known"
	}
	if first := number(strings.Split(asked, ".")[0]); first < 6 && m.plain == "flyway" || first < 4 && m.plain == "liquibase" {
		return v, assumed, "it is an old one (" + asked + ")"
	}
	return v, assumed, ""
}

// pluginValues is the plug-in's configuration, lists as one text with commas.
func (m *module) pluginValues(tool migrator, pl plugin) (values map[string]string, why string) {
	values = map[string]string{}
	if m.tool == gradle {
		return m.gradleValues(tool, values)
	}
	for _, c := range pl.config {
		for _, e := range c.All("configuration") {
			if _, known := values[e.Name]; known {
				continue
			}
			text := e.Text
			for i, inner := range e.Children {
				if e.Name == "placeholders" {
					values["placeholders."+inner.Name] = m.expanded(inner.Text)
					continue
				}
				if len(inner.Children) > 0 {
					return nil, "its <" + e.Name + "> is more than a list"
				}
				if i > 0 {
					text += ","
				}
				text += inner.Text
			}
			if e.Name == "placeholders" {
				continue
			}
			values[e.Name] = m.expanded(text)
		}
	}
	// Flyway's plug-in reads the same keys from the build's properties.
	if tool.plain == "flyway" {
		for _, s := range m.maven.scopes() {
			for _, e := range s.e.All("properties") {
				if key, ok := strings.CutPrefix(e.Name, "flyway."); ok && key != "version" && values[key] == "" {
					values[key] = m.expanded(e.Text)
				}
			}
		}
	}
	return values, ""
}

// gradleValues reads flyway { } and liquibase { activities { main { } } }.
func (m *module) gradleValues(tool migrator, values map[string]string) (map[string]string, string) {
	why := ""
	for _, s := range m.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			if len(at) < 2 || at[0] != tool.plain || n.Nested {
				return
			}
			name, value, ok := setting(n)
			if !ok || address(name) {
				return
			}
			if _, known := values[name]; known {
				return
			}
			if name == "arguments" { // of Liquibase, a map of what its command line takes
				for _, a := range append(value.Args, value.List...) {
					key, inner := a.Name, a.Value
					if text, ok := literal(a.Value); ok && len(a.Value.Then) > 0 && len(a.Value.Then[0].Args) > 0 {
						key, inner = text, a.Value.Then[0].Args[0].Value
					}
					if text, ok := m.gradle.text(inner); !address(key) && ok {
						values[key] = text
					} else if !address(key) {
						why = "its " + safe.Visible(key) + " is computed by the build"
					}
				}
				return
			}
			list := texts(value)
			if (value.Name() == "arrayOf" || value.Name() == "listOf") && len(list) == 0 {
				for _, a := range value.Args {
					list = append(list, texts(a.Value)...)
				}
			}
			switch text, ok := m.gradle.text(value); {
			case len(list) > 0:
				values[name] = strings.Join(list, ",")
			case ok:
				values[name] = text
			case len(value.Path) == 1 && (value.Path[0] == "true" || value.Path[0] == "false"):
				values[name] = value.Path[0]
			default:
				why = "its " + safe.Visible(name) + " is computed by the build"
			}
		})
	}
	return values, why
}

// address reports whether a key of either tool says where the database is, which the
// job is told by its variables.
func address(key string) bool {
	return slices.Contains([]string{"url", "user", "username", "password", "driver", "skip"}, key)
}

// flywayKeys are Flyway's settings that mean the same as a variable
// (https://documentation.red-gate.com/fd/flyway-namespace-277579070.html).
var flywayKeys = []string{
	"schemas", "defaultSchema", "table", "baselineOnMigrate", "baselineVersion", "baselineDescription", "outOfOrder", "mixed", "group", "encoding", "cleanDisabled", "connectRetries",
	"placeholderReplacement", "placeholderPrefix", "placeholderSuffix", "sqlMigrationPrefix", "sqlMigrationSeparator", "sqlMigrationSuffixes", "repeatableSqlMigrationPrefix",
	"validateOnMigrate", "validateMigrationNaming", "ignoreMigrationPatterns", "createSchemas", "installedBy", "skipExecutingMigrations", "initSql", "target", "tablespace",
}

// flyway takes Flyway's settings, and the folders of its migrations.
func (t *Migrate) flyway(p *program, at *module, values map[string]string) string {
	t.url, t.user, t.password = "FLYWAY_URL", "FLYWAY_USER", "FLYWAY_PASSWORD"
	locations := strings.Split(cmp.Or(values["locations"], "classpath:db/migration"), ",")
	var have []string
	for i, text := range locations {
		dir, why := locationOf(at, strings.TrimSpace(text))
		if why != "" {
			return why
		}
		to := "sql"
		if len(locations) > 1 {
			to += strconv.Itoa(i + 1)
		}
		if why := t.folder(p, at, dir, to); why != "" {
			return why
		}
		have = append(have, "filesystem:/app/"+to)
	}
	t.Env = append(t.Env, detect.Setting{Name: safe.EnvNameOf("FLYWAY_LOCATIONS"), Value: safe.LabelOf(strings.Join(have, ","))})
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key == "locations" || address(key) {
			continue
		}
		placeholder, is := strings.CutPrefix(key, "placeholders.")
		if !is && !slices.Contains(flywayKeys, key) {
			return "its setting " + safe.Visible(key) + " has no place there"
		}
		name := "FLYWAY_" + snake(key)
		if is {
			name = "FLYWAY_PLACEHOLDERS_" + strings.ToUpper(placeholder)
		}
		env, err := safe.NewEnvName(name)
		value, err2 := safe.NewLabel(values[key])
		if err != nil || err2 != nil || strings.Contains(values[key], "${") {
			return "its setting " + safe.Visible(key) + " is not known whole"
		}
		t.Env = append(t.Env, detect.Setting{Name: env, Value: value})
	}
	t.Start = safe.ArgvOf("java", "-cp", "/app:/app/lib/*", "Migrate")
	return ""
}

// snake is a name in camel case as one of an environment variable.
func snake(key string) string {
	var b strings.Builder
	for _, r := range key {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// locationOf is the folder of a location of Flyway's, relative to the module's.
func locationOf(at *module, text string) (dir, why string) {
	kind, rest, ok := strings.Cut(text, ":")
	if !ok {
		kind, rest = "classpath", text
	}
	rest = baseless(rest)
	switch {
	case rest == "" || strings.ContainsAny(rest, "${}*?\\") || path.IsAbs(rest) && kind == "filesystem":
		return "", "its location " + safe.Visible(text) + " is no folder of the project"
	case kind == "filesystem":
		return path.Clean(rest), ""
	case kind == "classpath":
		dir := path.Join("src/main/resources", rest)
		for _, lang := range []string{"java", "kotlin", "scala"} {
			if at.dir.HasDir(path.Join("src/main", lang, rest)) {
				return "", "some of the migrations are programs"
			}
		}
		return dir, ""
	}
	return "", "its location " + safe.Visible(text) + " is no folder of the project"
}

// baseless is a path of a build file without the variable for the module's folder.
func baseless(text string) string {
	for _, prefix := range []string{"${project.basedir}/", "${basedir}/", "${projectDir}/", "$projectDir/", "${project.projectDir}/", "${rootDir}/"} {
		text = strings.TrimPrefix(text, prefix)
	}
	return strings.TrimPrefix(text, "./")
}

// folder adds a folder of the module, which holds something, to what the stage gets.
func (t *Migrate) folder(p *program, at *module, dir, to string) string {
	sub := at.dir.Sub(dir)
	if !detect.Within(sub.Path(), p.top.Path()) || !at.dir.HasDir(dir) {
		return "its folder " + safe.Visible(dir) + " is not there"
	}
	from, err := safe.NewRelPath(detect.Under(sub.Path(), p.top.Path()))
	dest, err2 := safe.NewRelPath(to)
	if err != nil || err2 != nil || !from.Plain() || !dest.Plain() {
		return "its folder " + safe.Visible(dir) + " is no word of a command"
	}
	t.Folders = append(t.Folders, MigrateFolder{from, dest})
	return ""
}

// liquibaseKeys are settings of Liquibase's plug-in that other goals than update read, or
// that only ask and tell.
var liquibaseKeys = []string{"reference", "diff", "output", "rollback", "promptOnNonLocalDatabase", "verbose", "logging", "showBanner", "logLevel", "classpath", "tag", "hibernate", "dropFirst", "propertyFile", "runList", "main"}

// liquibase takes Liquibase's changelog. Its path is kept as it is, for the table of what
// has been done names it.
func (t *Migrate) liquibase(p *program, at *module, values map[string]string) string {
	t.url, t.user, t.password = "LIQUIBASE_COMMAND_URL", "LIQUIBASE_COMMAND_USERNAME", "LIQUIBASE_COMMAND_PASSWORD"
	if file := baseless(values["propertyFile"]); file != "" && at.dir.Has(file) {
		for _, e := range readProperties(at.dir, file) {
			if key := strings.TrimPrefix(e.key, "liquibase.command."); key == "changeLogFile" || key == "changelogFile" || key == "changelog-file" {
				values["changeLogFile"] = cmp.Or(values["changeLogFile"], e.value)
			} else if !address(key) && key != documentEnd && !slices.ContainsFunc(liquibaseKeys, func(k string) bool { return strings.HasPrefix(key, k) }) {
				return "its setting " + safe.Visible(key) + " has no place there"
			}
		}
	}
	changelog := baseless(cmp.Or(values["changeLogFile"], values["changelogFile"]))
	for key := range manifest.Sorted(values) {
		if key != "changeLogFile" && key != "changelogFile" && !address(key) && !slices.ContainsFunc(liquibaseKeys, func(k string) bool { return strings.HasPrefix(key, k) }) {
			return "its setting " + safe.Visible(key) + " has no place there"
		}
	}
	changelog = path.Clean(strings.TrimPrefix(changelog, "classpath:"))
	base := ""
	switch {
	case changelog == "." || strings.ContainsAny(changelog, "${}") || path.IsAbs(changelog) || strings.HasPrefix(changelog, ".."):
		return "its changelog is not named"
	case at.dir.Has(changelog):
	case at.dir.Has(path.Join("src/main/resources", changelog)):
		base = "src/main/resources"
	default:
		return "its changelog " + safe.Visible(changelog) + " is not there"
	}
	// All that it includes lies beside it or below, mostly under one folder: db.
	to := path.Dir(changelog)
	if first, _, ok := strings.Cut(changelog, "/"); ok && first != "src" {
		to = first
	}
	if to == "." && base == "" {
		return "its changelog lies beside everything else"
	}
	if why := t.folder(p, at, path.Join(base, to), path.Join("changes", to)); why != "" {
		return why
	}
	argv, err := safe.NewArgv("java", "-cp", "/app:/app/changes:/app/lib/*", "Migrate", changelog)
	if err != nil {
		return "its changelog is no word of a command"
	}
	t.Liquibase, t.Start = true, argv
	return ""
}
