package c

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// library is what a name in a build file stands for on Debian 13, with the name on
// Alpine behind a slash where it is known.
type library struct {
	names string // as CMake, pkg-config and the linker call it, in lower case
	dev   string
	run   string
}

// libraries were looked up in Debian's index. OpenSSL is in every image that runs
// a program linked with it: distroless has it, ca-certificates brings it.
func libraries() []library {
	return []library{
		{"openssl openssl::ssl openssl::crypto ssl crypto libssl libcrypto", "libssl-dev/openssl-dev", "-/libssl3"},
		{"zlib z zlib::zlib", "zlib1g-dev/zlib-dev", "zlib1g/zlib"},
		{"curl libcurl curl::libcurl", "libcurl4-openssl-dev/curl-dev", "libcurl4t64/libcurl"},
		{"sqlite3 sqlite::sqlite3 unofficial-sqlite3", "libsqlite3-dev/sqlite-dev", "libsqlite3-0/sqlite-libs"},
		{"postgresql pq libpq postgresql::postgresql", "libpq-dev/libpq-dev", "libpq5/libpq"},
		{"libpqxx pqxx", "libpqxx-dev/libpqxx-dev", "libpqxx-7.10/libpqxx"},
		{"mysql mysqlclient mariadb libmariadb mysqlclient::mysqlclient", "libmariadb-dev/mariadb-connector-c-dev", "libmariadb3/mariadb-connector-c"},
		{"mysqlcppconn", "libmysqlcppconn-dev", "libmysqlcppconn7t64"},
		{"hiredis", "libhiredis-dev/hiredis-dev", "libhiredis1.1.0/hiredis"},
		{"libmongoc-1.0 mongoc-1.0", "libmongoc-dev", "libmongoc-1.0-0t64"},
		{"librabbitmq rabbitmq", "librabbitmq-dev/rabbitmq-c-dev", "librabbitmq4/rabbitmq-c"},
		{"rdkafka librdkafka", "librdkafka-dev/librdkafka-dev", "librdkafka1/librdkafka"},
		{"rdkafka++ rdkafka::rdkafka++", "librdkafka-dev/librdkafka-dev", "librdkafka++1/librdkafka"},
		{"mosquitto libmosquitto", "libmosquitto-dev/mosquitto-dev", "libmosquitto1/mosquitto-libs"},
		{"nlohmann_json nlohmann_json::nlohmann_json", "nlohmann-json3-dev/nlohmann-json", ""},
		{"fmt fmt::fmt", "libfmt-dev/fmt-dev", "libfmt10/fmt"},
		{"spdlog spdlog::spdlog", "libspdlog-dev/spdlog-dev", "libspdlog1.15/spdlog"},
		{"yaml-cpp", "libyaml-cpp-dev/yaml-cpp-dev", "libyaml-cpp0.8/yaml-cpp"},
		{"jsoncpp jsoncpp::jsoncpp", "libjsoncpp-dev/jsoncpp-dev", "libjsoncpp26/jsoncpp"},
		{"cjson libcjson", "libcjson-dev/cjson-dev", "libcjson1/cjson"},
		{"jansson", "libjansson-dev/jansson-dev", "libjansson4/jansson"},
		{"json-c libjson-c", "libjson-c-dev/json-c-dev", "libjson-c5/json-c"},
		{"libevent event libevent_pthreads event_core event_openssl event_pthreads", "libevent-dev/libevent-dev", "libevent-2.1-7t64/libevent"},
		{"libuv uv", "libuv1-dev/libuv-dev", "libuv1t64/libuv"},
		{"ev libev", "libev-dev/libev-dev", "libev4t64/libev"},
		{"libmicrohttpd microhttpd", "libmicrohttpd-dev/libmicrohttpd-dev", "libmicrohttpd12t64/libmicrohttpd"},
		{"libconfuse confuse", "libconfuse-dev/confuse-dev", "libconfuse2/confuse"},
		{"libwebsockets websockets", "libwebsockets-dev/libwebsockets-dev", "libwebsockets19t64/libwebsockets"},
		{"ulfius", "libulfius-dev", "libulfius2.7t64"},
		{"civetweb", "libcivetweb-dev", "libcivetweb1"},
		{"drogon drogon::drogon", "libdrogon-dev", "libdrogon1t64"},
		{"cpprestsdk cpprest cpprestsdk::cpprest", "libcpprest-dev", "libcpprest2.10"},
		{"httplib cpp-httplib httplib::httplib", "libcpp-httplib-dev", "libcpp-httplib0.18"},
		{"websocketpp", "libwebsocketpp-dev", ""},
		{"asio", "libasio-dev/asio-dev", ""},
		{"boost", "libboost-dev/boost-dev", ""},
		{"boost::system boost_system", "libboost-system-dev/boost-dev", "libboost-system1.83.0/boost-system"},
		{"boost::thread boost_thread", "libboost-thread-dev/boost-dev", "libboost-thread1.83.0/boost-thread"},
		{"boost::filesystem boost_filesystem", "libboost-filesystem-dev/boost-dev", "libboost-filesystem1.83.0/boost-filesystem"},
		{"boost::program_options boost_program_options", "libboost-program-options-dev/boost-dev", "libboost-program-options1.83.0/boost-program_options"},
		{"boost::json boost_json", "libboost-json-dev/boost-dev", "libboost-json1.83.0/boost-json"},
		{"boost::url boost_url", "libboost-url-dev/boost-dev", "libboost-url1.83.0/boost-url"},
		{"boost::regex boost_regex", "libboost-regex-dev/boost-dev", "libboost-regex1.83.0/boost-regex"},
		{"poco", "libpoco-dev/poco-dev", "libpoconet100/poco"},
		{"protobuf protobuf::libprotobuf", "libprotobuf-dev/protobuf-dev protobuf-compiler/protoc", "libprotobuf32t64/libprotobuf"},
		{"grpc grpc++ grpc::grpc++", "libgrpc++-dev/grpc-dev protobuf-compiler-grpc/grpc-plugins", "libgrpc++1.51t64/grpc-cpp"},
		{"pcre2 libpcre2-8 pcre2-8", "libpcre2-dev/pcre2-dev", "libpcre2-8-0/pcre2"},
		{"libsodium sodium", "libsodium-dev/libsodium-dev", "libsodium23/libsodium"},
		{"lua lua5.4 lua-5.4", "liblua5.4-dev/lua5.4-dev", "liblua5.4-0/lua5.4-libs"},
		{"libxml2 libxml-2.0 xml2", "libxml2-dev/libxml2-dev", "libxml2/libxml2"},
		{"uuid libuuid", "uuid-dev/util-linux-dev", "libuuid1/libuuid"},
		{"liblz4 lz4", "liblz4-dev/lz4-dev", "liblz4-1/lz4-libs"},
		{"libzstd zstd", "libzstd-dev/zstd-dev", "libzstd1/zstd-libs"},
		{"bzip2 bz2", "libbz2-dev/bzip2-dev", "libbz2-1.0/libbz2"},
		{"liblzma lzma", "liblzma-dev/xz-dev", "liblzma5/xz-libs"},
		{"snappy", "libsnappy-dev/snappy-dev", "libsnappy1v5/snappy"},
		{"glib-2.0 gio-2.0 gobject-2.0", "libglib2.0-dev/glib-dev", "libglib2.0-0t64/glib"},
		{"libzmq zeromq zmq cppzmq", "libzmq3-dev/zeromq-dev", "libzmq5/libzmq"},
		{"ncurses curses ncursesw", "libncurses-dev/ncurses-dev", "libncurses6/ncurses-libs"},
		{"readline", "libreadline-dev/readline-dev", "libreadline8t64/readline"},
		{"libpcap pcap", "libpcap-dev/libpcap-dev", "libpcap0.8t64/libpcap"},
		{"gnutls", "libgnutls28-dev/gnutls-dev", "libgnutls30t64/gnutls"},
		{"mbedtls mbedcrypto", "libmbedtls-dev/mbedtls-dev", "libmbedtls21/mbedtls"},
		{"libgit2 git2", "libgit2-dev/libgit2-dev", "libgit2-1.9/libgit2"},
		{"leveldb", "libleveldb-dev/leveldb-dev", "libleveldb1d/leveldb"},
		{"rocksdb rocksdb::rocksdb", "librocksdb-dev/rocksdb-dev", "librocksdb9.10/rocksdb"},
		{"libarchive archive", "libarchive-dev/libarchive-dev", "libarchive13t64/libarchive"},
		{"libssh2 ssh2", "libssh2-1-dev/libssh2-dev", "libssh2-1t64/libssh2"},
		{"libnghttp2 nghttp2", "libnghttp2-dev/nghttp2-dev", "libnghttp2-14/nghttp2-libs"},
		{"icu icu-uc icu-i18n icuuc", "libicu-dev/icu-dev", "libicu76/icu-libs"},
		{"tbb tbb::tbb", "libtbb-dev/onetbb-dev", "libtbb12/onetbb"},
		{"glog glog::glog", "libgoogle-glog-dev/glog-dev", "libgoogle-glog0v6t64/glog"},
		{"gflags", "libgflags-dev/gflags-dev", "libgflags2.2/gflags"},
		{"libsystemd systemd", "libsystemd-dev", "libsystemd0"},
		{"crypt libcrypt", "libcrypt-dev/libxcrypt-dev", "libcrypt1/libxcrypt"},
		{"cli11", "libcli11-dev/cli11", ""},
		{"gmp", "libgmp-dev/gmp-dev", "libgmp10/gmp"},
		{"expat", "libexpat1-dev/expat-dev", "libexpat1/libexpat"},
	}
}

// backing says which libraries are clients of a backing service.
func backing() map[string]string {
	return map[string]string{
		"libpq5": "postgres", "libpqxx-7.10": "postgres", "libmariadb3": "mysql", "libmysqlcppconn7t64": "mysql", "libhiredis1.1.0": "redis",
		"libmongoc-1.0-0t64": "mongo", "librabbitmq4": "rabbitmq", "librdkafka1": "kafka", "librdkafka++1": "kafka",
	}
}

// needs finds backing services by the client libraries that are linked or brought, and
// the variables that tell of them by their names.
func (p *project) needs(s *detect.Service) {
	all := slices.Clone(p.clients)
	for _, lib := range s.Packages {
		if name := backing()[lib.Deb.String()]; name != "" && lib.Run {
			all = append(all, detect.Need{Name: name, Why: []detect.Note{lib.Why}})
		}
	}
	for _, need := range all {
		name := need.Name
		if slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == name || n.Name == "mariadb" && name == "mysql" }) {
			continue
		}
		for _, e := range s.Env {
			if e.Name.String() == "DATABASE_URL" && (name == "postgres" || name == "mysql") || e.Name.String() == strings.ToUpper(name)+"_URL" {
				need.Settings = append(need.Settings, detect.NeedSetting{Env: e.Name, Part: detect.PartURL, Scheme: name})
			}
		}
		s.Needs = append(s.Needs, need)
	}
}

// desktop are libraries of programs that draw windows: no container runs them.
var desktop = strings.Fields("sdl sdl2 sdl3 glfw glfw3 gtk gtk+-3.0 gtk4 gtkmm-3.0 qt5::widgets qt6::widgets qt5widgets qt6widgets qt5::quick qt6::quick wxwidgets opengl sfml raylib fltk x11 vulkan glut allegro imgui")

// isDesktop names the library that makes the project one with windows, or is "".
func (p *project) isDesktop() (string, detect.Note) {
	for _, d := range p.deps {
		if slices.Contains(desktop, strings.ToLower(d.name)) {
			return d.name, d.why
		}
	}
	return "", detect.Note{}
}

// packages are what the build and the program need of the distribution.
func (p *project) packages(s *detect.Service) {
	why := p.dir.Note(p.file, 0, "is built with %s", p.tool)
	tools := "gcc libc6-dev/musl-dev make"
	if s.Language == cpp {
		tools = "g++ make"
	}
	switch p.tool {
	case "cmake":
		tools += " cmake"
	case "meson":
		tools = strings.Replace(tools, "make", "meson", 1)
	case "autotools":
		tools += " autoconf automake libtool"
	}
	if p.fetches != nil {
		tools += " ca-certificates git"
	}
	tools += p.managerTools()
	pkgconf := p.tool == "meson" || p.tool == "autotools" || p.manager == byVcpkg
	for _, d := range p.deps {
		pkgconf = pkgconf || d.kind == "pkg-config"
		if p.isBrought(d.name) {
			continue
		}
		for _, l := range libraries() {
			if slices.Contains(strings.Fields(l.names), strings.ToLower(d.name)) {
				add(s, l.dev, true, d.why)
				if !shown(detect.Under(d.why.Path, p.dir.Path())) {
					add(s, l.run, false, d.why)
				}
			}
		}
	}
	if has := func(deb string) bool {
		return slices.ContainsFunc(s.Packages, func(o detect.Package) bool { return o.Run && o.Deb.String() == deb })
	}; has("libwebsockets19t64") && has("libuv1t64") { // Debian's libwebsockets loads its loops as plugins
		add(s, "libwebsockets-evlib-uv", false, why)
	}
	p.compiledNeed(s)
	if pkgconf {
		tools += " pkg-config/pkgconf"
	}
	add(s, tools, true, why)
}

// managerTools are the packages that a package manager for libraries runs on.
func (p *project) managerTools() string {
	switch p.manager {
	case byConan: // perl configures OpenSSL, which most servers are linked with
		return " ca-certificates git python3-venv/python3 perl"
	case byVcpkg:
		tools := " ca-certificates curl git ninja-build/ninja perl python3 tar unzip zip"
		for _, t := range vcpkgTools() {
			if slices.ContainsFunc(strings.Fields(t.ports), func(port string) bool { return slices.Contains(p.ports, port) }) {
				tools += " " + t.packages
			}
		}
		return tools
	}
	return ""
}

// add adds packages that a table names.
func add(s *detect.Service, list string, build bool, why detect.Note) {
	for _, word := range strings.Fields(list) {
		deb, apk, ok := strings.Cut(word, "/")
		p := detect.Package{Build: build, Run: !build, Why: why}
		if deb != "-" {
			p.Deb = safe.PackageOf(deb)
		}
		switch {
		case ok:
			p.Apk = safe.PackageOf(apk)
		case slices.Contains(strings.Fields("gcc g++ make cmake meson autoconf automake autoconf-archive libtool ca-certificates git curl perl python3 tar unzip zip bison flex nasm"), deb):
			p.Apk = safe.PackageOf(deb)
		}
		if !slices.ContainsFunc(s.Packages, func(o detect.Package) bool { return o.Deb == p.Deb && o.Build == p.Build && o.Run == p.Run }) {
			s.Packages = append(s.Packages, p)
		}
	}
}
