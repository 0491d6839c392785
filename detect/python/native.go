package python

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// system are the distribution's packages that a Python package needs: to be compiled,
// and to run. Names with "=" differ on Alpine: "libpq-dev=postgresql-dev". Compile lists what pip
// needs where no wheel is there; packages without wheels for Linux always need it.
var system = map[string]struct {
	never bool // there are no wheels for Linux: it is always compiled
	build string
	run   string
}{
	"psycopg2":              {true, "gcc libc6-dev=musl-dev libpq-dev", "libpq5=libpq"},
	"psycopg-c":             {true, "gcc libc6-dev=musl-dev libpq-dev", "libpq5=libpq"},
	"psycopg2-binary":       {false, "gcc libc6-dev=musl-dev libpq-dev", "libpq5=libpq"},
	"mysqlclient":           {true, "default-libmysqlclient-dev=mariadb-dev gcc libc6-dev=musl-dev pkg-config=pkgconf", "libmariadb3=mariadb-connector-c"},
	"mariadb":               {true, "gcc libc6-dev=musl-dev libmariadb-dev=mariadb-connector-c-dev", "libmariadb3=mariadb-connector-c"},
	"python-ldap":           {true, "gcc libc6-dev=musl-dev libldap-dev=openldap-dev libsasl2-dev=cyrus-sasl-dev", "libldap2=libldap libsasl2-2=libsasl"},
	"uwsgi":                 {true, "gcc libc6-dev=musl-dev linux-libc-dev=linux-headers", ""},
	"pycairo":               {true, "gcc libc6-dev=musl-dev libcairo2-dev=cairo-dev pkg-config=pkgconf", "libcairo2=cairo"},
	"pygobject":             {true, "gcc libc6-dev=musl-dev libcairo2-dev=cairo-dev libgirepository-2.0-dev=gobject-introspection-dev pkg-config=pkgconf", "libgirepository-2.0-0=gobject-introspection"},
	"pygraphviz":            {true, "gcc libc6-dev=musl-dev libgraphviz-dev=graphviz-dev", "graphviz"},
	"pycurl":                {false, "gcc libc6-dev=musl-dev libcurl4-openssl-dev=curl-dev libssl-dev=openssl-dev", "libcurl4t64=libcurl"},
	"xmlsec":                {false, "gcc libc6-dev=musl-dev libxml2-dev libxmlsec1-dev=xmlsec-dev pkg-config=pkgconf", "libxmlsec1t64-openssl=xmlsec"},
	"gmpy2":                 {false, "gcc libc6-dev=musl-dev libgmp-dev=gmp-dev libmpc-dev=mpc1-dev libmpfr-dev=mpfr-dev", ""},
	"pyaudio":               {true, "gcc libc6-dev=musl-dev portaudio19-dev=portaudio-dev", "libportaudio2=portaudio"},
	"brotlipy":              {false, "g++ libc6-dev=musl-dev libffi-dev", ""},
	"meinheld":              {true, "gcc libc6-dev=musl-dev", ""},
	"bjoern":                {true, "gcc libc6-dev=musl-dev libev-dev", "libev4t64=libev"},
	"lxml":                  {false, "gcc libc6-dev=musl-dev libxml2-dev libxslt1-dev=libxslt-dev zlib1g-dev=zlib-dev", "libxslt1.1=libxslt"},
	"pillow":                {false, "gcc libc6-dev=musl-dev libfreetype-dev=freetype-dev libjpeg62-turbo-dev=jpeg-dev zlib1g-dev=zlib-dev", "libfreetype6=freetype libjpeg62-turbo=libjpeg-turbo"},
	"pyyaml":                {false, "gcc libc6-dev=musl-dev libyaml-dev=yaml-dev", ""},
	"cffi":                  {false, "gcc libc6-dev=musl-dev libffi-dev", ""},
	"cryptography":          {false, "cargo gcc libc6-dev=musl-dev libffi-dev libssl-dev=openssl-dev pkg-config=pkgconf", ""},
	"bcrypt":                {false, "cargo gcc libc6-dev=musl-dev libffi-dev", ""},
	"pydantic-core":         {false, "cargo gcc libc6-dev=musl-dev", ""},
	"orjson":                {false, "cargo gcc libc6-dev=musl-dev", ""},
	"tiktoken":              {false, "cargo gcc libc6-dev=musl-dev", ""},
	"pyodbc":                {false, "g++ libc6-dev=musl-dev unixodbc-dev", "unixodbc"},
	"opencv-python":         {false, "", "libgl1=mesa-gl libglib2.0-0t64=glib"},
	"opencv-contrib-python": {false, "", "libgl1=mesa-gl libglib2.0-0t64=glib"},
	"weasyprint":            {false, "", "fonts-dejavu-core=font-dejavu libpango-1.0-0=pango libpangoft2-1.0-0=pango"},
	"pdf2image":             {false, "", "poppler-utils"},
	"pytesseract":           {false, "", "tesseract-ocr"},
	"ocrmypdf":              {false, "", "ghostscript tesseract-ocr"},
	"pydub":                 {false, "", "ffmpeg"},
	"ffmpeg-python":         {false, "", "ffmpeg"},
	"moviepy":               {false, "", "ffmpeg"},
	"yt-dlp":                {false, "", "ffmpeg"},
	"python-magic":          {false, "", "libmagic1t64=libmagic"},
	"pyzbar":                {false, "", "libzbar0t64=zbar"},
	"cairosvg":              {false, "", "libcairo2=cairo"},
	"cairocffi":             {false, "", "libcairo2=cairo"},
	"pygit2":                {false, "", ""},
	"gitpython":             {false, "", "git"},
	"graphviz":              {false, "", "graphviz"},
	"soundfile":             {false, "", ""},
	"librosa":               {false, "", "libsndfile1=libsndfile"},
	"pdfkit":                {false, "", ""},
	"selenium":              {false, "", ""},
	"python-snappy":         {false, "", ""},
	"pymssql":               {false, "freetds-dev gcc libc6-dev=musl-dev", ""},
	"django-auth-ldap":      {true, "gcc libc6-dev=musl-dev libldap-dev=openldap-dev libsasl2-dev=cyrus-sasl-dev", "libldap2=libldap libsasl2-2=libsasl"},
	"pylibmc":               {false, "gcc libc6-dev=musl-dev libmemcached-dev zlib1g-dev=zlib-dev", "libmemcached11t64=libmemcached-libs"},
	"netifaces":             {false, "gcc libc6-dev=musl-dev", ""},
	"psutil":                {false, "gcc libc6-dev=musl-dev", ""},
	"ldap3":                 {false, "", ""},
	"python-prctl":          {true, "gcc libc6-dev=musl-dev libcap-dev", "libcap2=libcap"},
	"thumbor":               {false, "", ""},
	"gdal":                  {true, "g++ libc6-dev=musl-dev libgdal-dev=gdal-dev", "libgdal36=gdal"},
	"h5py":                  {false, "gcc libc6-dev=musl-dev libhdf5-dev=hdf5-dev", ""},
	"pyicu":                 {true, "g++ libc6-dev=musl-dev libicu-dev=icu-dev pkg-config=pkgconf", "libicu76=icu-libs"},
	"rrdtool":               {true, "gcc libc6-dev=musl-dev librrd-dev=rrdtool-dev", "librrd8t64=rrdtool"},
	"dbus-python":           {true, "gcc libc6-dev=musl-dev libdbus-1-dev=dbus-dev libglib2.0-dev=glib-dev pkg-config=pkgconf", "libdbus-1-3=dbus-libs libglib2.0-0t64=glib"},
	"pysqlcipher3":          {true, "gcc libc6-dev=musl-dev libsqlcipher-dev=sqlcipher-dev", "libsqlcipher1=sqlcipher-libs"},
	"uvloop":                {false, "gcc libc6-dev=musl-dev make", ""},
	"xmltodict":             {false, "", ""},
}

// compiler is what a package needs of which nothing else is known.
const compiler = "g++ libc6-dev=musl-dev"

// packages adds the distribution's packages to a service.
func (in *inspection) packages(s *detect.Service) {
	if in.p == nil {
		return
	}
	compiled := in.p.compiled(majorMinor(s.Version.V.String()))
	for _, name := range in.installedNames() {
		k, known := system[name]
		why := in.whyPackage(name)
		if known && k.never || slices.Contains(compiled, name) {
			build := k.build
			if build == "" {
				build = compiler
			}
			addPackages(s, build, true, false, why)
			if !known || !k.never {
				s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: "has no wheel for Python " + s.Version.V.String() + ": it is compiled in the build"})
			}
			addPackages(s, k.run, false, true, why)
			continue
		}
		if known && k.build == "" {
			addPackages(s, k.run, false, true, why)
		}
	}
	if why, ok := in.needsGit(); ok {
		addPackages(s, "git", true, false, why)
	}
	for _, name := range []string{"playwright", "selenium", "pyppeteer"} {
		if r, ok := in.p.find(name); ok {
			s.Notes = append(s.Notes, detect.Note{Path: r.Why.Path, Line: r.Why.Line, Text: "drives a browser, which the image doesn't hold: run one beside it and connect to it by its address"})
		}
	}
}

// installedNames are the packages that production installs, as far as they are known.
func (in *inspection) installedNames() []string {
	seen := map[string]bool{}
	for name := range in.p.closure {
		seen[name] = true
	}
	for _, r := range in.p.direct {
		seen[r.Name] = true
		for _, e := range r.Extras {
			for _, b := range brings[r.Name+"["+e+"]"] {
				seen[b] = true
			}
		}
	}
	if in.p.reqs != nil && in.p.manager.V == pip {
		for _, r := range in.p.reqs.Reqs {
			seen[r.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (in *inspection) whyPackage(name string) detect.Note {
	if r, ok := in.p.find(name); ok {
		return r.Why
	}
	if in.p.lock != nil {
		return in.p.lock.Dir.Note(in.p.lock.File, 0, "%s", name)
	}
	return detect.Note{Text: name}
}

// needsGit reports whether installing fetches something by git, and what.
func (in *inspection) needsGit() (detect.Note, bool) {
	for _, r := range in.p.direct {
		if r.needsGit() {
			return r.Why, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.p.closure)) {
		if in.p.closure[name].Git {
			return in.whyPackage(name), true
		}
	}
	return detect.Note{}, false
}

// addPackages adds packages by their names on Debian, and behind "=" on Alpine.
func addPackages(s *detect.Service, list string, build, run bool, why detect.Note) {
	for _, word := range strings.Fields(list) {
		deb, apk, ok := strings.Cut(word, "=")
		if !ok {
			apk = deb
		}
		p := detect.Package{Deb: safe.PackageOf(deb), Apk: safe.PackageOf(apk), Build: build, Run: run, Why: why}
		if !slices.ContainsFunc(s.Packages, func(o detect.Package) bool { return o.Deb == p.Deb && o.Build == build && o.Run == run }) {
			s.Packages = append(s.Packages, p)
		}
	}
}
