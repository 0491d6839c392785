package php

import (
	"path"

	"dockgen/detect"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// needs are a database by the variables of a framework's own configuration.
func database(name string, why detect.Note, vars map[detect.NeedPart]string) detect.Need {
	n := detect.Need{Name: name, Why: []detect.Note{why}}
	for _, part := range []detect.NeedPart{detect.PartURL, detect.PartHost, detect.PartPort, detect.PartDatabase, detect.PartUser, detect.PartPassword} {
		if v := vars[part]; v != "" {
			n.Settings = append(n.Settings, detect.NeedSetting{Env: safe.EnvNameOf(v), Part: part})
		}
	}
	return n
}

// wordpress completes a checkout of WordPress itself. Its configuration is mostly kept out
// of git, for it holds passwords: then one that reads the environment is written.
func wordpress(p *project, in *describing) error {
	s, f := in.s, in.f
	p.stateOf(s, f, []string{"wp-content/uploads"}, nil)
	for _, ext := range []string{"exif", "gd", "intl", "mysqli", "zip"} {
		p.want(ext, p.d.Note("wp-load.php", 0, "WordPress works with %s", ext))
	}
	f.Front = true // permalinks: WordPress can't write an .htaccess for them
	vars := map[detect.NeedPart]string{detect.PartHost: "WORDPRESS_DB_HOST", detect.PartDatabase: "WORDPRESS_DB_NAME", detect.PartUser: "WORDPRESS_DB_USER", detect.PartPassword: "WORDPRESS_DB_PASSWORD"}
	need := database("mysql", p.d.Note("wp-load.php", 0, "WordPress keeps everything in MySQL"), vars)
	if p.d.Has("wp-config.php") {
		if need.Settings = p.guessed("mysql"); len(need.Settings) == 0 {
			s.Notes = append(s.Notes, p.d.Note("wp-config.php", 0, "names the database itself, and goes into the image with its passwords: let it read them by getenv()"))
		}
	} else {
		f.Config = true
		for _, name := range []string{"WORDPRESS_AUTH_KEY", "WORDPRESS_SECURE_AUTH_KEY", "WORDPRESS_LOGGED_IN_KEY", "WORDPRESS_NONCE_KEY", "WORDPRESS_AUTH_SALT", "WORDPRESS_SECURE_AUTH_SALT", "WORDPRESS_LOGGED_IN_SALT", "WORDPRESS_NONCE_SALT"} {
			p.variable(s, name, true, detect.Note{Path: "wp-config.php", Text: "is written into the image and reads " + name})
		}
	}
	s.Needs = append(s.Needs, need)
	p.leaveOut(s, safe.PatternOf("wp-content/uploads"), safe.PatternOf("wp-content/cache"))
	return nil
}

// bedrock completes WordPress as a package of Composer's (https://roots.io/bedrock).
func bedrock(p *project, in *describing) error {
	s, f := in.s, in.f
	f.Front = true
	uploads := path.Join(p.docroot, "app/uploads")
	if p.d.HasDir(path.Join(p.docroot, "wp-content")) {
		uploads = path.Join(p.docroot, "wp-content/uploads")
	}
	p.stateOf(s, f, []string{uploads}, nil)
	vars := map[detect.NeedPart]string{detect.PartHost: "DB_HOST", detect.PartDatabase: "DB_NAME", detect.PartUser: "DB_USER", detect.PartPassword: "DB_PASSWORD"}
	s.Needs = append(s.Needs, database("mysql", p.fw.why, vars))
	p.want("mysqli", p.fw.why)
	if p.d.HasDir("config/environments") {
		s.SetEnv = append(s.SetEnv, set("WP_ENV", "production", ""))
		for _, name := range []string{"WP_HOME", "WP_SITEURL", "AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"} {
			p.variable(s, name, true, p.d.Note("config/application.php", 0, "reads %s", name))
		}
	}
	for _, made := range []string{"wp", "app/plugins", "app/mu-plugins", "app/themes", "app/uploads"} {
		if at := path.Join(p.docroot, made); made == "wp" || made == "app/uploads" {
			if r, err := safe.NewRelPath(at); err == nil {
				p.leaveOut(s, safe.PatternFor(r))
			}
		}
	}
	return nil
}

// drupal completes Drupal, whose classes are found while it runs.
func drupal(p *project, in *describing) error {
	s, f := in.s, in.f
	f.Front, f.Override = true, true
	f.Modules = []safe.Label{safe.LabelOf("rewrite")}
	p.stateOf(s, f, []string{path.Join(p.docroot, "sites/default/files")}, nil)
	p.want("gd", p.fw.why)
	p.want("pdo_mysql", p.fw.why)
	s.Needs = append(s.Needs, detect.Need{Name: "mysql", Why: []detect.Note{p.fw.why}, Settings: p.guessed("mysql")})
	settings := path.Join(p.docroot, "sites/default/settings.php")
	if !p.d.Has(settings) {
		s.Notes = append(s.Notes, p.d.Note(settings, 0, "is not there: commit one that reads the database's address by getenv(), for the installer can't write it into the image"))
	}
	return nil
}

// codeigniter completes CodeIgniter 4, whose settings are variables with dots
// (https://codeigniter.com/user_guide/general/configuration.html).
func codeigniter(p *project, in *describing) error {
	s, f := in.s, in.f
	p.stateOf(s, f, []string{"writable"}, nil)
	p.want("intl", p.fw.why)
	s.SetEnv = append(s.SetEnv, set("CI_ENVIRONMENT", "production", ""))
	if p.d.Has("app/Config/Database.php") && p.models() {
		p.want("mysqli", p.d.Note("app/Config/Database.php", 0, "its default driver is MySQLi"))
		s.Needs = append(s.Needs, detect.Need{Name: "mysql", Why: []detect.Note{p.d.Note("app/Config/Database.php", 0, "models of the application use it")}})
		s.Notes = append(s.Notes, p.d.Note("app/Config/Database.php", 0, "CodeIgniter reads database.default.hostname and the like from the environment: names with dots, which compose.yaml takes under environment"))
		if len(p.d.Sub("app/Database/Migrations").Names("*.php")) > 0 {
			p.process(s, "migrate", detect.Job, safe.ArgvOf("php", "spark", "migrate", "--all"), p.d.Note("app/Database/Migrations", 0, "holds migrations"))
		}
	}
	return nil
}

// codeigniter3 completes CodeIgniter 3, whose first page answers for every address, and
// whose database is for a program that has models
// (https://codeigniter.com/userguide3/database/configuration.html).
func codeigniter3(p *project, in *describing) error {
	s, f := in.s, in.f
	f.Front = true
	s.SetEnv = append(s.SetEnv, set("CI_ENV", "production", ""))
	p.plain(s, f)
	const config = "application/config/database.php"
	if driver, line := p.keyed(config, "dbdriver"); len(s.Needs) == 0 && driver != "" && p.phpBelow("application/models", "application/modules", "application/core") {
		if name := map[string]string{"mysqli": "mysql", "mysql": "mysql", "pdo": "mysql", "postgre": "postgres", "sqlsrv": "sqlserver"}[driver]; name != "" {
			why := p.d.Note(config, line, "dbdriver is %s, and the application has models", safe.Visible(driver))
			if driver != "pdo" {
				p.want(map[string]string{"mysql": "mysqli", "postgre": "pgsql"}[driver]+map[string]string{"mysqli": "mysqli", "sqlsrv": "sqlsrv"}[driver], why)
			}
			s.Needs = append(s.Needs, detect.Need{Name: name, Why: []detect.Note{why}, Settings: p.guessed(name)})
		}
	}
	return p.frontend(s, f)
}

// keyed is the first text that a file gives to a key, as $x['key'] = 'text' or
// 'key' => 'text', with its line.
func (p *project) keyed(name, key string) (string, int) {
	data, err := p.d.Read(name)
	if err != nil {
		return "", 0
	}
	tokens := source.Tokens(string(data))
	for i := 0; i+3 < len(tokens); i++ {
		if tokens[i].Kind != source.String || tokens[i].Text != key {
			continue
		}
		for _, next := range [][2]int{{1, 2}, {2, 3}} {
			if (tokens[i+next[0]].Is("=>") || tokens[i+1].Is("]") && tokens[i+next[0]].Is("=")) && tokens[i+next[1]].Kind == source.String && !tokens[i+next[1]].Open {
				return tokens[i+next[1]].Text, tokens[i].Line
			}
		}
	}
	return "", 0
}

// phpBelow reports whether PHP lies in one of the folders, or below it.
func (p *project) phpBelow(dirs ...string) bool {
	for _, dir := range dirs {
		if !p.d.HasDir(dir) {
			continue
		}
		for range p.d.Sub(dir).Files("*.php") {
			return true
		}
	}
	return false
}

// yiiAdvanced completes Yii's template of several sites, whose pages and local settings
// are written by its own script, for an environment that it is told.
func yiiAdvanced(p *project, in *describing) error {
	s, f := in.s, in.f
	f.Front = true
	p.want("intl", p.fw.why)
	f.Before = append(f.Before, safe.ArgvOf("php", "init", "--env=Production", "--overwrite=All"))
	var scratch []string
	for _, app := range []string{"frontend", "backend", "api", "console"} {
		if p.d.HasDir(app) {
			scratch = append(scratch, path.Join(app, "runtime"))
		}
	}
	p.stateOf(s, f, nil, append(scratch, path.Join(p.docroot, "assets")))
	p.databases(s)
	if len(s.Needs) == 0 {
		why := p.d.Note("common/config", 0, "its local settings have a connection to MySQL")
		p.want("pdo_mysql", why)
		s.Needs = append(s.Needs, detect.Need{Name: "mysql", Why: []detect.Note{why}, Settings: p.guessed("mysql")})
	}
	if len(p.d.Sub("console/migrations").Names("*.php")) > 0 {
		p.process(s, "migrate", detect.Job, safe.ArgvOf("php", "yii", "migrate", "--interactive=0"), p.d.Note("console/migrations", 0, "holds migrations"))
		if on, err := p.d.Rel().Join("console/migrations"); err == nil {
			s.Processes[len(s.Processes)-1].On = on // one database for all of the sites
		}
	}
	s.Notes = append(s.Notes, p.d.Note("environments/index.php", 0, "php init writes the pages and local settings of the environment Production into the image: let those in environments/prod read the database's address by getenv()"))
	return nil
}

// models reports whether the application has any of its own.
func (p *project) models() bool { return len(p.d.Sub("app/Models").Names("*.php")) > 0 }

// cakephp completes CakePHP (https://book.cakephp.org/5/en/deployment.html).
func cakephp(p *project, in *describing) error {
	s, f := in.s, in.f
	p.stateOf(s, f, []string{"logs"}, []string{"tmp"})
	s.SetEnv = append(s.SetEnv, set("DEBUG", "false", ""))
	p.want("pdo_mysql", p.fw.why)
	s.Needs = append(s.Needs, database("mysql", p.fw.why, map[detect.NeedPart]string{detect.PartURL: "DATABASE_URL"}))
	p.variable(s, "SECURITY_SALT", true, p.d.Note("config/app.php", 0, "reads SECURITY_SALT"))
	const local, example = "config/app_local.php", "config/app_local.example.php"
	if !p.d.Has(local) && p.d.Has(example) {
		// Composer's scripts copy it, on the machine of who installs the project.
		f.Before = append(f.Before, safe.ArgvOf("cp", example, local))
		p.leaveOut(s, safe.PatternOf(local))
		s.Notes = append(s.Notes, p.d.Note(example, 0, "is in the image as %s, which git leaves out: it reads the database and SECURITY_SALT from the environment", local))
	}
	if len(p.d.Sub("config/Migrations").Names("*.php")) > 0 {
		p.process(s, "migrate", detect.Job, safe.ArgvOf("php", "bin/cake.php", "migrations", "migrate"), p.d.Note("config/Migrations", 0, "holds migrations"))
	}
	return nil
}

// hyperf and webman are servers of their own.
func hyperf(p *project, in *describing) error {
	return p.server(in, 9501, "swoole", "php", "bin/hyperf.php", "start")
}

func webman(p *project, in *describing) error {
	return p.server(in, 8787, "pcntl", "php", "start.php", "start")
}

// server makes a program that listens by itself.
func (p *project) server(in *describing, port safe.Port, extension string, argv ...string) error {
	s, f := in.s, in.f
	f.Server, s.Kind, s.Server = cli, detect.Server, detect.Value[string]{}
	s.Start = detect.Found(safe.ArgvOf(argv...), p.fw.why)
	s.Port, s.PortEnv, s.Graceful = detect.Assumed(port, p.fw.why), safe.EnvName{}, true
	p.want(extension, p.fw.why)
	p.stateOf(s, f, nil, p.there(p.fw.scratch))
	p.kept(s, f)
	return nil
}
