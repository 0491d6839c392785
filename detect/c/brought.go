package c

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// package managers for libraries, as packageManager and the build's cache name them.
const (
	byConan = "conan"
	byVcpkg = "vcpkg"
)

// brought is a library that a package manager, a submodule or a download brings, by
// the names that ConanCenter and vcpkg have for it.
type brought struct {
	names string
	with  string // what build files call it and what comes with it
	need  string // the backing service whose client it is
}

// broughts are the libraries of servers. What comes with one is that of its recipe and
// its port as they are by default; a lock file says it where there is one.
func broughts() []brought {
	return []brought{
		{"libpq", "postgresql pq", "postgres"},
		{"libpqxx", "libpq postgresql pq openssl zlib", "postgres"},
		{"taopq", "libpq postgresql pq", "postgres"},
		{"hiredis", "hiredis_ssl openssl", "redis"},
		{"redis-plus-plus", "redis++ hiredis openssl", "redis"},
		{"cpp_redis", "tacopie", "redis"},
		{"libmysqlclient mysql-connector-c libmysql", "mysql mysqlclient unofficial-libmysql openssl zlib zstd lz4", "mysql"},
		{"mysql-connector-cpp", "mysqlcppconn mysql mysqlclient openssl zlib boost", "mysql"},
		{"boost-mysql", "openssl", "mysql"},
		{"mariadb-connector-c libmariadb", "mariadb mysql unofficial-libmariadb openssl zlib curl", "mariadb"},
		{"mongo-cxx-driver mongocxx", "bsoncxx mongoc-1.0 libmongoc-1.0 bson-1.0 openssl zlib zstd snappy boost", "mongo"},
		{"mongo-c-driver", "mongoc-1.0 libmongoc-1.0 bson-1.0 openssl zlib zstd snappy", "mongo"},
		{"librdkafka", "rdkafka rdkafka++ openssl zlib zstd lz4 curl", "kafka"},
		{"cppkafka", "librdkafka rdkafka openssl zlib zstd lz4 boost", "kafka"},
		{"modern-cpp-kafka", "modernkafkaapi librdkafka rdkafka openssl zlib zstd lz4", "kafka"},
		{"rabbitmq-c librabbitmq", "rabbitmq openssl", "rabbitmq"},
		{"amqp-cpp amqpcpp", "openssl", "rabbitmq"},
		{"simpleamqpclient", "librabbitmq rabbitmq boost openssl", "rabbitmq"},
		{"cnats", "nats openssl", "nats"},
		{"clickhouse-cpp", "lz4 zstd abseil absl openssl", "clickhouse"},
		{"libmemcached", "", "memcached"},
		{"elasticlient", "cpr curl jsoncpp", "elasticsearch"},
		{"minio-cpp", "curlpp curl openssl nlohmann_json pugixml", "minio"},
		{"drogon", "trantor jsoncpp openssl zlib brotli c-ares uuid libuuid", ""},
		{"crowcpp-crow crow", "asio", ""},
		{"restinio", "asio fmt llhttp expected-lite", ""},
		{"pistache", "rapidjson openssl", ""},
		{"cpprestsdk", "cpprest openssl zlib boost websocketpp brotli", ""},
		{"cpp-httplib", "httplib openssl zlib brotli", ""},
		{"uwebsockets", "usockets unofficial-uwebsockets zlib libuv openssl", ""},
		{"libwebsockets", "openssl zlib libuv", ""},
		{"libmicrohttpd", "gnutls", ""},
		{"poco", "openssl zlib pcre2 expat sqlite3", ""},
		{"grpc", "protobuf abseil absl openssl zlib c-ares re2 utf8_range", ""},
		{"protobuf", "abseil absl zlib utf8_range", ""},
		{"folly proxygen", "boost fmt glog gflags openssl zlib zstd lz4 libevent double-conversion", ""},
		{"userver", "boost fmt openssl zlib yaml-cpp c-ares curl", ""},
		{"libcurl curl", "openssl zlib", ""},
		{"cpr", "curl libcurl openssl zlib", ""},
		{"spdlog", "fmt", ""},
		{"jwt-cpp cpp-jwt", "openssl picojson nlohmann_json", ""},
		{"aws-sdk-cpp", "awssdk curl openssl zlib", ""},
		{"opentelemetry-cpp", "protobuf grpc abseil absl curl nlohmann_json", ""},
		{"prometheus-cpp", "civetweb curl zlib", ""},
		{"paho-mqtt-cpp paho-mqttpp3", "pahomqttcpp eclipse-paho-mqtt-c openssl", ""},
		{"soci", "sqlite3", ""},
		{"cassandra-cpp-driver", "cassandra libuv openssl zlib", ""},
		{"libssh2 libgit2 libarchive", "openssl zlib", ""},
	}
}

// features are the parts of ports that are clients of a backing service.
func feature(port, name string) string {
	switch port {
	case "drogon", "soci", "sqlpp11", "sqlpp23", "poco", "qtbase":
	default:
		return ""
	}
	switch name {
	case "postgres", "postgresql":
		return "postgres"
	case "mysql", "redis":
		return name
	case "mariadb":
		return "mariadb"
	}
	return ""
}

// bring takes down that the library is there without the distribution.
func (p *project) bring(name, version string, why detect.Note) {
	name = strings.ToLower(name)
	if p.brought == nil {
		p.brought = map[string]detect.Note{}
	}
	take := func(n string) {
		if _, ok := p.brought[n]; !ok {
			p.brought[n] = why
		}
	}
	take(name)
	take(strings.ReplaceAll(name, "-", "_"))
	if strings.HasPrefix(name, "boost-") || name == "boost" {
		take("boost")
	}
	for _, b := range broughts() {
		if !slices.Contains(strings.Fields(b.names), name) {
			continue
		}
		for _, n := range strings.Fields(b.with) {
			take(n)
		}
		if b.need != "" {
			p.client(b.need, why)
		}
	}
}

// bringAlong is bring for what comes with something else, which the program need not use.
func (p *project) bringAlong(name string, why detect.Note) {
	clients := p.clients
	p.bring(name, "", why)
	p.clients = clients
}

// client takes down that a library talks to a backing service.
func (p *project) client(service string, why detect.Note) {
	if !slices.ContainsFunc(p.clients, func(n detect.Need) bool { return n.Name == service }) {
		p.clients = append(p.clients, detect.Need{Name: service, Why: []detect.Note{why}})
	}
}

// isBrought reports whether a name of a build file is something brought: itself, by
// another name of the table of libraries, or a component of Boost.
func (p *project) isBrought(name string) bool {
	if len(p.brought) == 0 {
		return false
	}
	name = strings.ToLower(name)
	if _, ok := p.brought[name]; ok {
		return true
	}
	if _, ok := p.brought["boost"]; ok && (strings.HasPrefix(name, "boost")) {
		return true
	}
	if first, _, ok := strings.Cut(name, "::"); ok {
		if _, ok := p.brought[first]; ok {
			return true
		}
	}
	for _, l := range libraries() {
		names := strings.Fields(l.names)
		if !slices.Contains(names, name) {
			continue
		}
		for _, n := range names {
			if _, ok := p.brought[n]; ok {
				return true
			}
		}
	}
	return false
}
