package php

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/php/source"
)

// functions tell by the beginning of a function's name which extension has it.
var functions = []struct{ prefix, extension string }{
	{"apcu_", "apcu"}, {"bc", ""}, {"bz", ""}, {"cal_", "calendar"}, {"easter_", "calendar"}, {"enchant_", "enchant"}, {"exif_", "exif"}, {"ftp_", "ftp"},
	{"gmp_", "gmp"}, {"grapheme_", "intl"}, {"image", ""}, {"imap_", "imap"}, {"intl_", "intl"}, {"ldap_", "ldap"}, {"mysqli_", "mysqli"},
	{"pcntl_", "pcntl"}, {"pg_", "pgsql"}, {"pspell_", "pspell"}, {"shmop_", "shmop"}, {"snmp", "snmp"}, {"socket_", "sockets"},
	{"ssh2_", "ssh2"}, {"tidy_", "tidy"}, {"yaml_", "yaml"}, {"numfmt_", "intl"}, {"collator_", "intl"}, {"msgfmt_", "intl"}, {"datefmt_", "intl"}, {"normalizer_", "intl"},
	{"sem_", "sysvsem"}, {"msg_", ""}, {"shm_", "sysvshm"}, {"sqlsrv_", "sqlsrv"}, {"oci_", "oci8"},
}

// exact are functions by their whole name, where its beginning says too little.
var exact = map[string]string{
	"bcadd": "bcmath", "bcsub": "bcmath", "bcmul": "bcmath", "bcdiv": "bcmath", "bcmod": "bcmath", "bcpow": "bcmath", "bccomp": "bcmath", "bcsqrt": "bcmath", "bcscale": "bcmath", "bcpowmod": "bcmath",
	"bzopen": "bz2", "bzcompress": "bz2", "bzdecompress": "bz2", "jdtogregorian": "calendar", "gregoriantojd": "calendar", "unixtojd": "calendar",
	"imagecreate": "gd", "imagecreatetruecolor": "gd", "imagecreatefromjpeg": "gd", "imagecreatefrompng": "gd", "imagecreatefromgif": "gd", "imagecreatefromwebp": "gd",
	"imagecreatefromstring": "gd", "imagecopyresampled": "gd", "imagettftext": "gd", "imagepng": "gd", "imagejpeg": "gd", "imagewebp": "gd", "idn_to_ascii": "intl", "idn_to_utf8": "intl",
	"gettext": "gettext", "bindtextdomain": "gettext", "textdomain": "gettext", "msg_get_queue": "sysvmsg", "msg_send": "sysvmsg", "dba_open": "dba", "ftok": "",
}

// classes tell by a class which extension has it.
var classes = map[string]string{
	"ziparchive": "zip", "numberformatter": "intl", "intldateformatter": "intl", "collator": "intl", "normalizer": "intl", "transliterator": "intl", "messageformatter": "intl", "locale": "",
	"mysqli": "mysqli", "soapclient": "soap", "soapserver": "soap", "imagick": "imagick", "imagickdraw": "imagick", "redis": "redis", "rediscluster": "redis", "memcached": "memcached",
	"xsltprocessor": "xsl", "tidy": "tidy", `mongodb\driver\manager`: "mongodb", `mongodb\client`: "mongodb", "amqpconnection": "amqp", `rdkafka\conf`: "rdkafka", `rdkafka\producer`: "rdkafka",
	"ffi": "ffi", "snmp": "snmp", `ds\map`: "ds", `ds\vector`: "ds", `swoole\http\server`: "swoole", `swoole\websocket\server`: "swoole", `openswoole\http\server`: "openswoole",
}

// drivers are PDO's, by the beginning of the name of a source of data.
var drivers = map[string]string{"mysql": "pdo_mysql", "pgsql": "pdo_pgsql", "sqlsrv": "pdo_sqlsrv", "dblib": "pdo_dblib", "odbc": "pdo_odbc", "oci": "pdo_oci", "sqlite": ""}

// The bounds of the sources that are read: enough for what people write themselves.
const (
	maxSources = 1500
	maxSource  = 512 << 10
)

// asideFolders hold PHP that is none of the running program's own.
var asideFolders = []string{"tests", "test", "Tests", "spec", "node_modules", "vendor", "docs", "examples", "libs", "third_party", "thirdparty", "third-party", "external", "wp-includes", "wp-admin", "plugins", "themes", "stubs", ".github", "bin", "tools", "build", "vagrant"}

// file is one source of the project.
type file struct {
	name   string
	tokens []source.Token
}

// sources reads the project's own PHP, once.
func (p *project) sources() []file {
	if p.files != nil {
		return p.files
	}
	p.files = []file{}
	for name := range p.d.Files("*.php", "*.phtml", "*.inc") {
		if len(p.files) >= maxSources {
			p.notes = append(p.notes, detect.Note{Path: p.d.Path(), Text: "more than 1500 PHP files: the rest was not looked at"})
			break
		}
		if p.aside(name) {
			continue
		}
		data, err := p.d.Read(name)
		if err != nil || len(data) > maxSource {
			continue
		}
		p.files = append(p.files, file{name, source.Tokens(string(data))})
	}
	return p.files
}

func (p *project) aside(name string) bool {
	for _, folder := range strings.Split(path.Dir(name), "/") {
		for _, aside := range asideFolders {
			if folder == aside {
				return true
			}
		}
	}
	return strings.HasSuffix(name, "Test.php") || strings.HasSuffix(name, ".blade.php")
}

// fromSources wants the extensions whose functions and classes the sources use.
// Where packages are managed, a package may stand in for a class of that name, and what
// is not required is guarded: the functions alone count there, and those that
// were not asked for first.
func (p *project) fromSources() {
	own := map[string]bool{}
	for _, f := range p.sources() {
		for _, name := range source.Declared(f.tokens) {
			own[name] = true
		}
	}
	for _, f := range p.sources() {
		for _, u := range source.Uses(f.tokens) {
			if u.Guarded || own[u.Name] {
				continue
			}
			note := func(what string) detect.Note { return p.d.Note(f.name, u.Line, "uses %s", what) }
			if u.New {
				p.inFile = p.inFile || u.Name == "sqlite3"
				if ext := classes[u.Name]; ext != "" && (p.c == nil || ext == "zip" || ext == "soap" || ext == "mysqli") {
					p.want(ext, note(u.Name))
				}
				if u.Name == "pdo" && len(u.Args) > 0 && u.Args[0].Kind == source.Text {
					driver, _, _ := strings.Cut(u.Args[0].Text, ":")
					p.data(driver, note("PDO with "+driver))
				}
				continue
			}
			if ext, ok := functionOf(u.Name); ok {
				p.want(ext, note(u.Name+"()"))
			}
		}
		p.dataSources(f)
	}
}

// dataSources finds PDO's data sources, whatever pieces they are made of.
func (p *project) dataSources(f file) {
	for _, t := range f.tokens {
		if t.Kind == source.String && (t.Text == "sqlite:" || strings.HasPrefix(t.Text, "sqlite:/")) {
			p.inFile = true
		}
	}
	for _, a := range p.addresses(f) {
		if driver, _, ok := strings.Cut(a.value, ":"); ok {
			p.data(driver, p.d.Note(f.name, a.line, "connects by PDO to %s", driver))
		}
	}
}

// data wants the driver for a kind of database, and notes the database.
func (p *project) data(driver string, why detect.Note) {
	if ext := drivers[driver]; ext != "" {
		p.want(ext, why)
	}
}

func functionOf(name string) (string, bool) {
	if strings.Contains(name, `\`) {
		return "", false
	}
	if ext, ok := exact[name]; ok {
		return ext, ext != ""
	}
	for _, f := range functions {
		if f.extension != "" && strings.HasPrefix(name, f.prefix) {
			return f.extension, true
		}
	}
	return "", false
}
