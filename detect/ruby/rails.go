package ruby

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// rails is what a Rails application's own files say
// (https://guides.rubyonrails.org/configuring.html).
type rails struct {
	d        *detect.Dir
	version  string
	settings []set // of application.rb, then of production.rb, whose word is the last
	routes   []*source.Node
}

// set is "config.NAME = value" with what decides whether it holds.
type set struct {
	name  string // "force_ssl", "action_cable.allowed_request_origins"
	value *source.Node
	maybe bool
	where detect.Note
}

// readRails reads the configuration; nil where the folder holds no Rails application.
func (in *inspection) readRails() (*rails, error) {
	d := in.d
	if in.p.g == nil || !d.Has("config/application.rb") {
		return nil, nil
	}
	application, err := in.parse("config/application.rb")
	if err != nil {
		return nil, err
	}
	is := in.p.has("rails", "railties")
	source.Walk(application, func(n *source.Node) bool {
		is = is || n.Kind == source.Class && n.Recv.Path() == "Rails::Application"
		return true
	})
	if !is {
		return nil, nil
	}
	r := &rails{d: d, version: in.p.version("railties")}
	for _, name := range []string{"config/application.rb", "config/environments/production.rb"} {
		nodes, err := in.parse(name)
		if err != nil {
			return nil, err
		}
		r.read(name, nodes, false)
	}
	r.routes, err = in.parse("config/routes.rb")
	return r, err
}

// read takes the settings out of a file: they stand in a class or a block.
func (r *rails) read(name string, nodes []*source.Node, maybe bool) {
	for _, n := range nodes {
		switch n.Kind {
		case source.Assign:
			target := strings.TrimPrefix(n.Recv.Path(), "Rails.application.")
			if key, ok := strings.CutPrefix(target, "config."); ok {
				r.settings = append(r.settings, set{key, first(n.Args), maybe, r.d.Note(name, n.Line, "config.%s", key)})
			}
		case source.If:
			r.read(name, n.Body, true)
			r.read(name, n.Else, true)
		case source.Op: // config.hosts << "name"
			if key, ok := strings.CutPrefix(first(n.Args).Path(), "config."); ok && n.Text == "<<" {
				r.settings = append(r.settings, set{key, n.Args[1], maybe, r.d.Note(name, n.Line, "config.%s", key)})
			}
		case source.Call:
			if n.Text == "load_defaults" {
				r.settings = append(r.settings, set{"load_defaults", first(n.Args), maybe, r.d.Note(name, n.Line, "config.load_defaults")})
			}
			r.read(name, n.Body, maybe || n.Recv != nil && n.Text != "configure" && n.Text != "application")
		default:
			r.read(name, n.Body, maybe)
		}
	}
}

// setting is the last word on a name.
func (r *rails) setting(name string) (set, bool) {
	for _, s := range slices.Backward(r.settings) {
		if s.name == name {
			return s, true
		}
	}
	return set{}, false
}

// is reports whether a setting is that literal or symbol.
func (r *rails) is(name, value string) bool {
	s, ok := r.setting(name)
	return ok && s.value != nil && (s.value.Kind == source.Lit || s.value.Kind == source.Sym || s.value.Kind == source.Str) && s.value.Text == value
}

// symbol is a setting's symbol or string, or the first of its list.
func (r *rails) symbol(name string) string {
	s, ok := r.setting(name)
	if !ok || s.value == nil {
		return ""
	}
	v := s.value
	if v.Kind == source.Array {
		v = first(v.Args)
	}
	text, _ := byDefault(v).Static()
	return text
}

// byDefault is what a value is where the variable that it is read from is not set:
// ENV.fetch("X", :y), ENV.fetch("X") { :y }, ENV["X"] || :y, and any of them as a symbol.
func byDefault(v *source.Node) *source.Node {
	for range 4 {
		switch {
		case v == nil:
			return nil
		case v.Kind == source.Call && (v.Text == "to_sym" || v.Text == "to_s") && v.Recv != nil:
			v = v.Recv
		case v.Path() == "ENV.fetch" && len(v.Args) == 2:
			v = v.Args[1]
		case v.Path() == "ENV.fetch" && len(v.Body) == 1:
			v = v.Body[0]
		case v.Kind == source.Op && v.Text == "||" && len(v.Args) == 2:
			v = v.Args[1]
		default:
			return v
		}
	}
	return v
}

// vips reports whether pictures are made with libvips, as they are since the defaults of 7.0.
func (r *rails) vips() bool {
	if s := r.symbol("active_storage.variant_processor"); s != "" {
		return s == "vips"
	}
	s, ok := r.setting("load_defaults")
	return ok && s.value != nil && atLeast(s.value.Text, "7.0")
}

// describeRails completes the service of a Rails application.
func (in *inspection) describeRails(s *detect.Service, f *Facts) error {
	r := in.rails
	s.Framework = detect.Found("rails", in.p.why("rails"))
	f.Env = append(f.Env, setting("RAILS_ENV", "production", ""))
	f.Tmp = true
	in.logging(s)
	in.secretKey(s)
	in.health(s)
	in.security(s)
	in.jemalloc(s, f)
	if in.p.has("bootsnap") && atLeast(in.p.version("bootsnap"), "1.9") {
		f.Bootsnap = nil
		for _, dir := range []string{"app", "lib", "packs", "engines"} {
			if at, err := f.Dir.Join(dir); err == nil && in.d.HasDir(dir) {
				f.Bootsnap = append(f.Bootsnap, at)
			}
		}
		f.Env = append(f.Env, setting("BOOTSNAP_CACHE_DIR", "/app/.cache", ""))
		f.Cached = atLeast(in.p.version("bootsnap"), "1.15")
	}
	if err := in.storage(s); err != nil {
		return err
	}
	if !atLeast(r.version, "5.0") && r.version != "" {
		s.Notes = append(s.Notes, r.d.Note("config/application.rb", 0, "Rails %s is older than what dockgen knows well: read what it has written", r.version))
	}
	return nil
}

// logging sends the log to where a container's log is read. Rails 5 to 7.0 ask a
// variable, in the production.rb that they made; later ones log there anyway.
func (in *inspection) logging(s *detect.Service) {
	r := in.rails
	for _, name := range []string{"RAILS_LOG_TO_STDOUT", "RAILS_SERVE_STATIC_FILES"} {
		if in.reads(name) {
			s.SetEnv = append(s.SetEnv, setting(name, "1", ""))
		}
	}
	if _, set := r.setting("logger"); !set && !atLeast(r.version, "7.1") && !in.p.has("rails_12factor", "rails_stdout_logging") {
		s.Notes = append(s.Notes, r.d.Note("config/environments/production.rb", 0, "logs to log/production.log, where nobody looks in a container: set config.logger to ActiveSupport::Logger.new(STDOUT)"))
	}
	if r.is("public_file_server.enabled", "false") || r.is("serve_static_files", "false") {
		set, _ := r.setting("public_file_server.enabled")
		set.where.Text = "the program does not serve public/ itself: put a web server or a CDN before it"
		s.Notes = append(s.Notes, set.where)
	}
}

// secretKey tells where the key comes from that sessions are signed with.
func (in *inspection) secretKey(s *detect.Service) {
	r := in.rails
	at := r.d.First("config/credentials/production.yml.enc", "config/credentials.yml.enc")
	if at != "" {
		s.Env = append(s.Env, detect.EnvVar{Name: safe.EnvNameOf("RAILS_MASTER_KEY"), Required: true, Secret: true, Why: []detect.Note{
			r.d.Note(at, 0, "is encrypted with it"),
		}})
		key := "config/master.key"
		if strings.Contains(at, "/production") {
			key = "config/credentials/production.key"
		}
		s.Notes = append(s.Notes, r.d.Note(at, 0, "is opened with RAILS_MASTER_KEY, what %s holds: it stays out of the image; where the key is lost, set SECRET_KEY_BASE instead", key))
		return
	}
	s.Env = append(s.Env, detect.EnvVar{Name: safe.EnvNameOf("SECRET_KEY_BASE"), Required: true, Secret: true, Why: []detect.Note{
		r.d.Note("config/application.rb", 0, "Rails signs sessions with it"),
	}})
}

// health finds the route that tells whether the program is well.
func (in *inspection) health(s *detect.Service) {
	in.healthIn(s, in.rails.routes, "")
	if s.Health.IsSet() {
		return
	}
	if in.p.has("okcomputer") {
		s.Health = detect.Found(safe.URLPathOf("/okcomputer"), in.p.why("okcomputer"))
	}
}

// healthIn looks among routes whose paths begin with the prefix, which a namespace or a
// scope around them gives (https://guides.rubyonrails.org/routing.html#controller-namespaces-and-routing).
func (in *inspection) healthIn(s *detect.Service, routes []*source.Node, prefix string) {
	for _, n := range routes {
		if n == nil || s.Health.IsSet() {
			return
		}
		inner := prefix
		if n.Kind == source.Call {
			switch n.Text {
			case "get":
				in.healthRoute(s, n, prefix)
			case "resources", "resource", "concern", "devise_scope":
				continue // what is in them has the names of things in its path
			case "namespace", "scope":
				at, _ := first(n.Args).Static()
				if own := n.Option("path"); own != nil {
					at, _ = own.Static()
				} else if n.Text == "scope" && (first(n.Args) == nil || first(n.Args).Kind != source.Str) {
					at = ""
				}
				if at = strings.Trim(at, "/"); at != "" {
					inner += "/" + at
				}
			}
		}
		in.healthIn(s, n.Body, inner)
		in.healthIn(s, n.Else, inner)
	}
}

// healthRoute takes the path of one route, if it is that of a health check.
func (in *inspection) healthRoute(s *detect.Service, n *source.Node, prefix string) {
	at, to := "", ""
	if p, ok := first(n.Args).Static(); ok {
		at = p
	} else if h := first(n.Args); h != nil && h.Kind == source.Hash && len(h.Args) > 0 { // get "up" => "rails/health#show"
		at, _ = h.Args[0].Recv.Static()
		to, _ = first(h.Args[0].Args).Static()
	}
	if o, ok := n.Option("to").Static(); ok {
		to = o
	}
	whole := prefix + "/" + strings.TrimPrefix(at, "/")
	known := to == "rails/health#show" || slices.Contains(healthNames, path.Base(at))
	if p, err := safe.NewURLPath(whole); known && err == nil && !strings.ContainsAny(whole, ":*") {
		s.Health = detect.Found(p, in.rails.d.Note("config/routes.rb", n.Line, "answers at %s", whole))
	}
}

// security tells of what stands between a health check, or a reader of the Compose
// file, and an answer.
func (in *inspection) security(s *detect.Service) {
	r := in.rails
	if hosts, ok := r.setting("hosts"); ok && !r.is("hosts", "nil") {
		if _, excluded := r.setting("host_authorization"); !excluded {
			path := "/up"
			if s.Health.IsSet() {
				path = s.Health.V.String()
			}
			hosts.where.Text = "only those hosts are answered, and the health check comes as localhost: let it through, as in config.host_authorization = { exclude: ->(request) { request.path == \"" + path + "\" } }"
			s.Notes = append(s.Notes, hosts.where)
		}
	}
	if ssl, ok := r.setting("force_ssl"); ok && !r.is("force_ssl", "false") {
		if ssl.where.Text = "every request over plain HTTP is redirected to HTTPS: a proxy in front has to send X-Forwarded-Proto: https, as the health check does"; r.is("assume_ssl", "true") {
			ssl.where.Text = "a proxy that ends TLS is taken for granted: cookies are for HTTPS alone"
		}
		s.Notes = append(s.Notes, ssl.where)
	}
}

func (in *inspection) jemalloc(s *detect.Service, f *Facts) {
	if gone(in.p.ruby.suite) {
		return
	}
	f.Jemalloc = true
	s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf("libjemalloc2"), Apk: safe.PackageOf("jemalloc"), Run: true, Why: detect.Note{Text: "keeps the memory of threads from growing"}})
	s.SetEnv = append(s.SetEnv, setting("LD_PRELOAD", "/usr/local/lib/libjemalloc.so", "jemalloc keeps the memory of a threaded server from growing"))
}
