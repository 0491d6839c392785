package php

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// extension is how one of PHP's extensions gets into an image of docker-library/php:
// docker-php-ext-install compiles it out of PHP's own sources, or PECL brings it.
type extension struct {
	pecl      string   // its release on PECL, "redis-6.3.0"; "" for one of PHP's own
	configure []string // arguments of docker-php-ext-configure
	build     string   // packages of Debian that compiling takes
	run       string   // those that the compiled extension loads, on trixie
	old       string   // the same on bullseye, where they differ
	apkBuild  string
	apkRun    string
	until     string // the last line of PHP whose sources have it; PECL or nothing after that
	absent    string // why no image can have it from these sources alone
}

// compiled are in every image (docker run --rm php:8.5-cli php -m), or, where they
// are no extension of their own, in PHP itself.
var compiled = []string{
	"core", "ctype", "curl", "date", "dom", "fileinfo", "filter", "hash", "iconv", "json", "lexbor", "libxml", "mbstring", "mysqlnd", "openssl",
	"pcre", "pdo", "pdo_sqlite", "phar", "posix", "random", "readline", "reflection", "session", "simplexml", "sodium", "spl", "sqlite3", "standard",
	"tokenizer", "uri", "xml", "xmlreader", "xmlwriter", "zlib",
}

// never are extensions for development: they slow a running program down or open it.
var never = []string{"xdebug", "pcov", "blackfire", "phpdbg", "tideways", "spx", "vld"}

// extensions are those that dockgen can add. The packages are Debian's and Alpine's
// names; what the image has already, as OpenSSL and zlib, is left out of run.
var extensions = map[string]extension{
	"amqp":      {pecl: "amqp-2.2.0", build: "librabbitmq-dev", run: "librabbitmq4", apkBuild: "rabbitmq-c-dev", apkRun: "rabbitmq-c"},
	"apcu":      {pecl: "apcu-5.1.28"},
	"ast":       {pecl: "ast"},
	"bcmath":    {},
	"bz2":       {build: "libbz2-dev", apkBuild: "bzip2-dev", apkRun: "libbz2"},
	"calendar":  {},
	"dba":       {},
	"ds":        {pecl: "ds"},
	"enchant":   {build: "libenchant-2-dev", run: "libenchant-2-2", apkBuild: "enchant2-dev", apkRun: "enchant2-libs"},
	"excimer":   {pecl: "excimer"},
	"exif":      {},
	"ffi":       {build: "libffi-dev", run: "libffi8", old: "libffi7", apkBuild: "libffi-dev", apkRun: "libffi"},
	"ftp":       {build: "libssl-dev", apkBuild: "openssl-dev"},
	"gd":        {configure: []string{"--with-freetype", "--with-jpeg", "--with-webp"}, build: "libfreetype-dev libjpeg62-turbo-dev libpng-dev libwebp-dev", run: "libfreetype6 libjpeg62-turbo libpng16-16t64 libwebp7", old: "libfreetype6 libjpeg62-turbo libpng16-16 libwebp6", apkBuild: "freetype-dev libjpeg-turbo-dev libpng-dev libwebp-dev", apkRun: "freetype libjpeg-turbo libpng libwebp"},
	"gettext":   {apkBuild: "gettext-dev", apkRun: "libintl"},
	"gmp":       {build: "libgmp-dev", run: "libgmp10", apkBuild: "gmp-dev", apkRun: "gmp"},
	"gnupg":     {pecl: "gnupg", build: "libgpgme-dev", run: "gnupg libgpgme11t64", old: "gnupg libgpgme11", apkBuild: "gpgme-dev", apkRun: "gpgme"},
	"grpc":      {pecl: "grpc", build: "zlib1g-dev", apkBuild: "linux-headers zlib-dev", apkRun: "libstdc++"},
	"igbinary":  {pecl: "igbinary"},
	"imagick":   {pecl: "imagick-3.8.1", build: "libmagickwand-dev", run: "libmagickcore-7.q16-10-extra libmagickwand-7.q16-10", old: "libmagickcore-6.q16-6-extra libmagickwand-6.q16-6", apkBuild: "imagemagick-dev", apkRun: "imagemagick libgomp"},
	"imap":      {absent: "Debian 13 has no c-client any more, which it is made of"},
	"inotify":   {pecl: "inotify"},
	"intl":      {build: "libicu-dev", run: "libicu76", old: "libicu67", apkBuild: "icu-dev", apkRun: "icu-data-full icu-libs"},
	"ldap":      {build: "libldap-dev", run: "libldap-common", apkBuild: "openldap-dev", apkRun: "libldap"},
	"mailparse": {pecl: "mailparse"},
	"maxminddb": {pecl: "maxminddb", build: "libmaxminddb-dev", run: "libmaxminddb0", apkBuild: "libmaxminddb-dev", apkRun: "libmaxminddb"},
	"memcached": {pecl: "memcached-3.4.0", build: "libmemcached-dev libssl-dev zlib1g-dev", run: "libmemcachedutil2t64", old: "libmemcachedutil2", apkBuild: "libmemcached-dev openssl-dev zlib-dev", apkRun: "libmemcached-libs"},
	"mongodb":   {pecl: "mongodb", build: "libssl-dev", apkBuild: "openssl-dev"},
	"msgpack":   {pecl: "msgpack"},
	"mysqli":    {},
	"oci8":      {absent: "it is made of Oracle's Instant Client, which no package repository has"},
	"odbc":      {absent: "it needs the driver of the database, which no package repository has"},
	"opcache":   {},

	"opentelemetry": {pecl: "opentelemetry"},
	"openswoole":    {pecl: "openswoole", build: "libssl-dev", apkBuild: "linux-headers openssl-dev", apkRun: "libstdc++"},
	"pcntl":         {},
	"pdo_dblib":     {configure: []string{"--with-pdo-dblib=/usr"}, build: "freetds-dev", run: "libsybdb5", apkBuild: "freetds-dev", apkRun: "freetds"},
	"pdo_mysql":     {},
	"pdo_oci":       {absent: "it is made of Oracle's Instant Client, which no package repository has"},
	"pdo_odbc":      {configure: []string{"--with-pdo-odbc=unixODBC,/usr"}, build: "unixodbc-dev", run: "libodbc2", old: "libodbc1", apkBuild: "unixodbc-dev", apkRun: "unixodbc"},
	"pdo_pgsql":     {build: "libpq-dev", run: "libpq5", apkBuild: "libpq-dev", apkRun: "libpq"},
	"pdo_sqlsrv":    {absent: "it needs Microsoft's ODBC driver, which stands in a repository of its own"},
	"pgsql":         {build: "libpq-dev", run: "libpq5", apkBuild: "libpq-dev", apkRun: "libpq"},
	"protobuf":      {pecl: "protobuf"},
	"pspell":        {build: "libpspell-dev", run: "libaspell15", apkBuild: "aspell-dev", apkRun: "aspell-libs", until: "8.3"},
	"rdkafka":       {pecl: "rdkafka", build: "librdkafka-dev", run: "librdkafka1", apkBuild: "librdkafka-dev", apkRun: "librdkafka"},
	"redis":         {pecl: "redis-6.3.0"},
	"shmop":         {},
	"snmp":          {build: "libsnmp-dev", run: "libsnmp40t64", old: "libsnmp40", apkBuild: "net-snmp-dev", apkRun: "net-snmp-libs"},
	"soap":          {build: "libxml2-dev", apkBuild: "libxml2-dev", apkRun: "libxml2"},
	"sockets":       {apkBuild: "linux-headers"},
	"sqlsrv":        {absent: "it needs Microsoft's ODBC driver, which stands in a repository of its own"},
	"ssh2":          {pecl: "ssh2", build: "libssh2-1-dev", run: "libssh2-1t64", old: "libssh2-1", apkBuild: "libssh2-dev", apkRun: "libssh2"},
	"swoole":        {pecl: "swoole", build: "libssl-dev", apkBuild: "linux-headers openssl-dev", apkRun: "libstdc++"},
	"sysvmsg":       {},
	"sysvsem":       {},
	"sysvshm":       {},
	"tidy":          {build: "libtidy-dev", run: "libtidy58", old: "libtidy5deb1", apkBuild: "tidyhtml-dev", apkRun: "tidyhtml-libs"},
	"uuid":          {pecl: "uuid", build: "uuid-dev", apkBuild: "util-linux-dev", apkRun: "libuuid"},
	"xhprof":        {pecl: "xhprof"},
	"xsl":           {build: "libxslt1-dev", run: "libxslt1.1", apkBuild: "libxslt-dev", apkRun: "libxslt"},
	"yaml":          {pecl: "yaml", build: "libyaml-dev", run: "libyaml-0-2", apkBuild: "yaml-dev", apkRun: "yaml"},
	"zip":           {build: "libzip-dev", run: "libzip5", old: "libzip4", apkBuild: "libzip-dev", apkRun: "libzip"},
	"zstd":          {pecl: "zstd"},
}

// phpize is what PECL needs on Alpine to compile; Debian's images have it, and
// docker-php-ext-install fetches it by itself.
const phpize = "autoconf dpkg-dev file g++ gcc libc-dev make pkgconf re2c"

// wanted is an extension that the program needs, and why.
type wanted struct {
	name string
	why  detect.Note
}

// want notes that the program needs an extension. The first reason stays.
func (p *project) want(name string, why detect.Note) {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	switch name {
	case "zend_opcache", "opcache":
		return // it is in every image and enabled there
	case "mysql":
		name = "mysqli"
	}
	if slices.Contains(compiled, name) || slices.Contains(never, name) || slices.ContainsFunc(p.extensions, func(w wanted) bool { return w.name == name }) {
		return
	}
	p.extensions = append(p.extensions, wanted{name, why})
}

// Ext is an extension in the template: a word of its command.
type Ext = safe.Label

// install decides how the wanted extensions get into the image, and with which packages.
func (p *project) install(s *detect.Service, f *Facts, line, suite string) {
	slices.SortFunc(p.extensions, func(a, b wanted) int { return strings.Compare(a.name, b.name) })
	for _, w := range p.extensions {
		e, known := extensions[w.name]
		switch {
		case !known:
			s.Notes = append(s.Notes, detect.Note{Path: w.why.Path, Line: w.why.Line, Text: w.why.Text + ": how the extension " + w.name + " is installed is not known to dockgen: add it to the build stage"})
			continue
		case e.absent != "" && strings.HasSuffix(w.why.Path, ".php"):
			continue // a call somewhere in the sources is no demand
		case e.absent != "":
			s.Notes = append(s.Notes, detect.Note{Path: w.why.Path, Line: w.why.Line, Text: w.why.Text + ": the extension " + w.name + " is left out, for " + e.absent})
			continue
		case e.until != "" && older(e.until, line):
			s.Notes = append(s.Notes, detect.Note{Path: w.why.Path, Line: w.why.Line, Text: w.why.Text + ": the extension " + w.name + " is not part of PHP " + line})
			continue
		}
		name := safe.LabelOf(w.name)
		switch {
		case e.pecl != "":
			f.Pecl = append(f.Pecl, safe.ArgvOf("pecl", "install", e.release(w.name, line)))
			f.Enable = append(f.Enable, name)
		default:
			f.Core = append(f.Core, name)
			if w.name == "ftp" && !older(line, "8.4") {
				e.configure = []string{"--with-ftp-ssl"}
			}
			if len(e.configure) > 0 {
				f.Configure = append(f.Configure, safe.ArgvOf(append([]string{"docker-php-ext-configure", w.name}, e.configure...)...))
			}
		}
		run := e.run
		if suite != "trixie" && e.old != "" {
			run = e.old
		}
		p.packages(s, e.build, e.apkBuild, true, w)
		p.packages(s, run, e.apkRun, false, w)
		if e.pecl != "" {
			p.packages(s, "", phpize, true, w)
		}
	}
	if added := slices.Concat(f.Core, f.Enable); len(added) > 0 {
		names := make([]string, len(added))
		for i, e := range added {
			names[i] = e.String()
		}
		slices.Sort(names)
		s.Notes = append(s.Notes, detect.Note{Text: "extensions that PHP gets beside those of its image: " + strings.Join(names, ", ")})
	}
	if older(line, "8.1") { // later images enable it themselves, and from 8.5 on it is part of PHP
		f.Enable = append(f.Enable, safe.LabelOf("opcache"))
	}
}

// release is what PECL is asked for: for an old PHP the newest that it runs on.
func (e extension) release(name, line string) string {
	switch {
	case name == "mongodb" && older(line, "8.1"):
		return "mongodb-1.20.1"
	case name == "swoole" && older(line, "8.1"):
		return "swoole-5.1.6"
	}
	return e.pecl
}

// packages adds a list of each distribution's packages to the service.
func (p *project) packages(s *detect.Service, debian, alpine string, build bool, w wanted) {
	add := func(deb, apk safe.Package) {
		for i := range s.Packages {
			o := &s.Packages[i]
			if o.Deb == deb && o.Apk == apk && o.Build == build {
				return
			}
		}
		s.Packages = append(s.Packages, detect.Package{Deb: deb, Apk: apk, Build: build, Run: !build, Why: w.why})
	}
	debs, apks := strings.Fields(debian), strings.Fields(alpine)
	for i := range max(len(debs), len(apks)) {
		var deb, apk safe.Package
		if i < len(debs) {
			deb = safe.PackageOf(debs[i])
		}
		if len(apks) > 0 { // a package without a counterpart goes with the last one
			apk = safe.PackageOf(apks[min(i, len(apks)-1)])
		}
		add(deb, apk)
	}
}

// older reports whether a line of PHP comes before another: by numbers, not by text.
func older(line, than string) bool {
	a, _, ok1 := numbers(line)
	b, _, ok2 := numbers(than)
	if !ok1 || !ok2 {
		return false
	}
	if a[0] != b[0] {
		return a[0] < b[0]
	}
	return a[1] < b[1]
}

// bringers are packages that need an extension which they do not name in their
// own composer.json, or that a lock would have named: there may be none.
var bringers = []struct{ name, extensions string }{
	{"barryvdh/laravel-snappy", ""},
	{"cakephp/cakephp", "intl"},
	{"codeigniter4/framework", "intl"},
	{"drupal/core", "gd"},
	{"drupal/core-recommended", "gd"},
	{"filament/filament", "intl"},
	{"intervention/image", "exif gd"},
	{"intervention/image-laravel", "exif gd"},
	{"laravel/horizon", "pcntl"},
	{"laravel/octane", "pcntl"},
	{"laravel/reverb", "pcntl"},
	{"maatwebsite/excel", "gd zip"},
	{"mongodb/laravel-mongodb", "mongodb"},
	{"mongodb/mongodb", "mongodb"},
	{"php-amqplib/php-amqplib", "sockets"},
	{"phpoffice/phpspreadsheet", "gd zip"},
	{"phpoffice/phpword", "gd zip"},
	{"roots/wordpress", "exif gd intl mysqli zip"},
	{"johnpbloch/wordpress", "exif gd intl mysqli zip"},
	{"spatie/laravel-medialibrary", "exif gd"},
	{"symfony/amqp-messenger", "amqp"},
	{"vladimir-yuldashev/laravel-queue-rabbitmq", "sockets"},
	{"yiisoft/yii2", "intl"},
}

// fromComposer wants what the manifest, the lock and known packages need.
func (p *project) fromComposer() {
	if p.c == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.c.Require)) {
		if ext, ok := strings.CutPrefix(strings.ToLower(name), "ext-"); ok {
			p.want(ext, p.c.note(name))
		}
	}
	for _, l := range p.locals {
		for _, name := range slices.Sorted(maps.Keys(l.c.Require)) {
			if ext, ok := strings.CutPrefix(strings.ToLower(name), "ext-"); ok {
				p.want(ext, l.c.note(name))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.c.locked)) {
		pack := p.c.locked[name]
		for _, needs := range slices.Sorted(maps.Keys(pack.Require)) {
			if ext, ok := strings.CutPrefix(strings.ToLower(needs), "ext-"); ok {
				p.want(ext, p.d.Note(lockName, 0, "%s %s requires ext-%s", pack.Name, pack.Version, ext))
			}
		}
	}
	for _, b := range bringers {
		if p.c.has(b.name) {
			for _, ext := range strings.Fields(b.extensions) {
				p.want(ext, p.c.note(b.name))
			}
		}
	}
}
