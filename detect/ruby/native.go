package ruby

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// native is what a gem needs of Debian, and behind "=" of Alpine.
type native struct {
	build, run string
	direct     bool // counts only where the Gemfile names it
}

// natives are gems that are made of C, or that call programs. One that the lock has
// compiled for Linux needs nothing to build, and nothing to run but for what it opens
// by itself: those have always set. Names that end in t64 lost that before Debian 13.
func natives() map[string]native {
	return map[string]native{
		"pg":                      {build: "libpq-dev", run: "libpq5=libpq"},
		"sequel_pg":               {build: "libpq-dev", run: "libpq5=libpq"},
		"mysql2":                  {build: "default-libmysqlclient-dev=mariadb-dev", run: "libmariadb3=mariadb-connector-c"},
		"trilogy":                 {build: "libssl-dev=openssl-dev"},
		"tiny_tds":                {build: "freetds-dev", run: "libsybdb5=freetds"},
		"sqlite3":                 {build: "libsqlite3-dev=sqlite-dev", run: "libsqlite3-0=sqlite-libs"},
		"nokogiri":                {build: "pkg-config=pkgconf zlib1g-dev=zlib-dev"},
		"psych":                   {build: "libyaml-dev=yaml-dev"},
		"ffi":                     {build: "libffi-dev"},
		"rmagick":                 {build: "libmagickwand-dev=imagemagick-dev pkg-config=pkgconf", run: "imagemagick"},
		"charlock_holmes":         {build: "libicu-dev=icu-dev zlib1g-dev=zlib-dev pkg-config=pkgconf", run: "libicu76=icu-libs"},
		"ffi-icu":                 {run: "libicu76=icu-libs"},
		"rugged":                  {build: "cmake libssl-dev=openssl-dev pkg-config=pkgconf"},
		"curb":                    {build: "libcurl4-openssl-dev=curl-dev", run: "libcurl4t64=libcurl"},
		"idn-ruby":                {build: "libidn-dev", run: "libidn12=libidn"},
		"ruby-filemagic":          {build: "libmagic-dev=file-dev", run: "libmagic1t64=libmagic"},
		"memcached":               {build: "libsasl2-dev=cyrus-sasl-dev", run: "libsasl2-2=libsasl"},
		"gpgme":                   {build: "libgpgme-dev=gpgme-dev", run: "libgpgme11t64=gpgme"},
		"rgeo":                    {build: "libgeos-dev=geos-dev", run: "libgeos-c1t64=geos"},
		"ffi-geos":                {run: "libgeos-c1t64=geos"},
		"h3":                      {build: "cmake"},
		"rgeo-proj4":              {build: "libproj-dev=proj-dev", run: "libproj25=proj"},
		"snappy":                  {build: "cmake libsnappy-dev=snappy-dev", run: "libsnappy1v5=snappy"},
		"ruby-xslt":               {build: "libxml2-dev libxslt1-dev=libxslt-dev", run: "libxslt1.1=libxslt"},
		"libxml-ruby":             {build: "libxml2-dev", run: "libxml2"},
		"unf_ext":                 {},
		"rdkafka":                 {build: "libssl-dev=openssl-dev zlib1g-dev=zlib-dev"},
		"rbnacl":                  {run: "libsodium23=libsodium"},
		"ruby-vips":               {direct: true, run: "libvips42t64=vips"},
		"mini_magick":             {direct: true, run: "imagemagick"},
		"kt-paperclip":            {run: "imagemagick"},
		"paperclip":               {run: "imagemagick"},
		"dragonfly":               {run: "imagemagick"},
		"typhoeus":                {run: "libcurl4t64=libcurl"},
		"ethon":                   {run: "libcurl4t64=libcurl"},
		"streamio-ffmpeg":         {run: "ffmpeg"},
		"ruby-graphviz":           {direct: true, run: "graphviz"},
		"rtesseract":              {run: "tesseract-ocr"},
		"wkhtmltopdf-binary":      {run: "libfontconfig1=fontconfig libjpeg62-turbo=libjpeg-turbo libxext6=libxext libxrender1=libxrender"},
		"wkhtmltopdf-binary-edge": {run: "libfontconfig1=fontconfig libjpeg62-turbo=libjpeg-turbo libxext6=libxext libxrender1=libxrender"},
		"pdftotext":               {run: "poppler-utils"},
		"docsplit":                {run: "graphicsmagick poppler-utils"},
		"gruff":                   {run: "imagemagick"},
		"vips":                    {run: "libvips42t64=vips"},
		"git":                     {direct: true, run: "git"},
		"oily_png":                {},
		"sassc":                   {},
		"mini_racer":              {},
		"grpc":                    {build: "zlib1g-dev=zlib-dev"},
		"raindrops":               {},
		"ruby-ldapserver":         {},
		"ruby-oci8":               {},
	}
}

// browsers are gems that drive one.
var browsers = []string{"ferrum", "ferrum_pdf", "cuprite", "grover", "puppeteer-ruby", "selenium-webdriver", "watir", "playwright-ruby-client"}

// older are the names that packages had in earlier releases of Debian.
var older = map[string]map[string]string{
	"libicu76":  {"bookworm": "libicu72", "bullseye": "libicu67", "buster": "libicu63", "stretch": "libicu57"},
	"libproj25": {"bullseye": "libproj19", "buster": "libproj13", "stretch": "libproj12"},
}

// debName is a package's name in a release of Debian.
func debName(name, suite string) string {
	if suite == "trixie" || suite == "" {
		return name
	}
	if n := older[name][suite]; n != "" {
		return n
	}
	return strings.TrimSuffix(name, "t64")
}

// fullImages are the suites whose image with compilers is the one to build on: the
// mirrors have dropped the packages of the older ones.
func fullImage(suite string) bool {
	return suite == "buster" || suite == "stretch" || suite == "bullseye"
}

// gone reports whether the mirrors have nothing of a suite any more, so that nothing can be
// installed in an image of it (https://www.debian.org/distrib/archive).
func gone(suite string) bool { return suite == "buster" || suite == "stretch" }

// inFull are libraries and programs that the full image brings
// (https://github.com/docker-library/buildpack-deps).
var inFull = []string{"git", "imagemagick", "libcurl4", "libmagic1", "libmariadb3", "libpq5", "libsqlite3-0", "libxml2", "libxslt1.1"}

// withoutMirrors runs the program on the image that has the most already; it tells what that lacks.
func (in *inspection) withoutMirrors(s *detect.Service) {
	s.RunOn, s.Graceful = "full", true // an init can't be installed either
	text := "the mirrors of Debian have dropped " + in.p.ruby.suite + ", on which this Ruby has its image: nothing can be installed there; run it with docker run --init, as Compose does, and ask for a later release of Ruby"
	s.Notes = append(s.Notes, detect.Note{Text: text})
}

// packages adds what the gems need of the distribution.
func (in *inspection) packages(s *detect.Service) {
	p := in.p
	if p.g == nil {
		s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf("build-essential"), Apk: safe.PackageOf("build-base"), Build: true, Why: detect.Note{Path: p.d.Path(), Text: "gems are compiled"}})
		return
	}
	add := func(list string, build bool, why detect.Note) {
		for _, w := range strings.Fields(list) {
			deb, apk, ok := strings.Cut(w, "=")
			if !ok {
				apk = deb
			}
			deb = debName(deb, p.ruby.suite)
			build = build || s.Kind == detect.Static // its program runs in the build alone
			if build && fullImage(p.ruby.suite) && deb != "cmake" {
				continue
			}
			if !build && gone(p.ruby.suite) {
				if !slices.Contains(inFull, deb) {
					why := why
					why.Text += ", for which the image has no " + deb
					s.Notes = append(s.Notes, why)
				}
				continue
			}
			pkg := detect.Package{Deb: safe.PackageOf(deb), Apk: safe.PackageOf(apk), Build: build, Run: !build, Why: why}
			if !slices.ContainsFunc(s.Packages, func(o detect.Package) bool { return o.Deb == pkg.Deb && o.Build == build }) {
				s.Packages = append(s.Packages, pkg)
			}
		}
	}
	if fullImage(p.ruby.suite) {
		s.BuildOn = "full"
	}
	add("build-essential=build-base", true, p.d.Note(p.g.name, 0, "gems are compiled"))
	if p.git() {
		add("git", true, p.d.Note(p.g.name, 0, "gems come out of repositories"))
	}
	table := natives()
	for _, name := range slices.Sorted(maps.Keys(p.all)) {
		if p.l != nil && slices.Contains(p.l.specs[name].deps, "rb_sys") && !p.l.specs[name].prebuilt() {
			add("cargo libclang-dev=clang-dev", true, p.why(name)) // it is made of Rust, by bindings that Clang reads
		}
		n, ok := table[name]
		if _, direct := p.direct(name); !ok || n.direct && !direct {
			continue
		}
		why := p.why(name)
		if p.l != nil && p.l.specs[name].prebuilt() {
			continue
		}
		if name == "sqlite3" && s.Kind != detect.Static && atLeast(p.version(name), "1.5") { // it brings its own
			continue
		}
		add(n.build, true, why)
		add(n.run, false, why)
	}
	if p.has("image_processing") {
		if in.rails != nil && in.rails.vips() {
			add("libvips42t64=vips", false, p.why("image_processing"))
		} else {
			add("imagemagick", false, p.why("image_processing"))
		}
	}
	for _, name := range browsers {
		if _, ok := p.direct(name); ok {
			why := p.why(name)
			why.Text += " drives a browser, which the image doesn't hold: run one beside it and connect to it by its address"
			s.Notes = append(s.Notes, why)
		}
	}
	if p.has("wicked_pdf", "pdfkit") && !p.has("wkhtmltopdf-binary", "wkhtmltopdf-binary-edge") {
		why := p.why("wicked_pdf")
		if p.has("pdfkit") {
			why = p.why("pdfkit")
		}
		if p.ruby.suite == "trixie" {
			why.Text += " calls wkhtmltopdf, which Debian 13 has no longer: add the gem wkhtmltopdf-binary, or move to a browser"
			s.Notes = append(s.Notes, why)
		} else {
			add("wkhtmltopdf", false, why)
		}
	}
}
