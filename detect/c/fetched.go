package c

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// systemOf are the libraries of the distribution that the build of a library's sources
// looks for, where CMake downloads these or they are a submodule.
func systemOf() []struct{ names, dev, run string } {
	return []struct{ names, dev, run string }{
		{"libpqxx", "libpq-dev/libpq-dev", "libpq5/libpq"},
		{"redis-plus-plus redis_plus_plus redis++", "libhiredis-dev/hiredis-dev", "libhiredis1.1.0/hiredis"},
		{"drogon", "libjsoncpp-dev/jsoncpp-dev uuid-dev/util-linux-dev zlib1g-dev/zlib-dev libssl-dev/openssl-dev", "libjsoncpp26/jsoncpp libuuid1/libuuid zlib1g/zlib -/libssl3"},
		{"trantor oatpp-openssl oatpp_openssl paho-mqtt-c paho.mqtt.c jwt-cpp jwt_cpp", "libssl-dev/openssl-dev", "-/libssl3"},
		{"crow crowcpp", "libasio-dev/asio-dev", ""},
		{"cpr", "libcurl4-openssl-dev/curl-dev libssl-dev/openssl-dev", "libcurl4t64/libcurl -/libssl3"},
		{"prometheus-cpp prometheus_cpp", "zlib1g-dev/zlib-dev libcurl4-openssl-dev/curl-dev", "zlib1g/zlib libcurl4t64/libcurl"},
		{"oatpp-postgresql oatpp_postgresql", "libpq-dev/libpq-dev", "libpq5/libpq"},
		{"mongo-cxx-driver mongo-c-driver", "libssl-dev/openssl-dev zlib1g-dev/zlib-dev", "zlib1g/zlib -/libssl3"},
		{"uwebsockets usockets", "zlib1g-dev/zlib-dev", "zlib1g/zlib"},
	}
}

// sources are the libraries whose sources the build compiles along with the program.
func (p *project) sources() (out []dependency) {
	out = append(out, p.fetched...)
	for _, sub := range p.submodules() {
		out = append(out, dependency{path.Base(sub.path), "submodule", p.dir.Note(".gitmodules", sub.line, "%s is a submodule", sub.path)})
	}
	return out
}

// compiled takes the libraries among the sources for what the distribution need not
// bring, and as evidence of backing services.
func (p *project) compiled() {
	for _, d := range p.sources() {
		name := strings.ToLower(d.name)
		if p.brought == nil {
			p.brought = map[string]detect.Note{}
		}
		if _, ok := p.brought[name]; !ok {
			p.brought[name] = d.why
		}
		for _, b := range broughts() {
			if b.need != "" && slices.Contains(strings.Fields(b.names), name) {
				p.client(b.need, d.why)
			}
		}
	}
}

// compiledNeed adds what the sources of libraries need of the distribution.
func (p *project) compiledNeed(s *detect.Service) {
	for _, d := range p.sources() {
		for _, l := range systemOf() {
			if slices.Contains(strings.Fields(l.names), strings.ToLower(d.name)) && p.manager == "" {
				add(s, l.dev, true, d.why)
				add(s, l.run, false, d.why)
			}
		}
	}
}
