package java

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// clientKey is a key of a framework's configuration that tells where a service is.
type clientKey struct {
	key  string
	part detect.NeedPart
}

// clientKeys are each framework's keys for services that are no SQL databases; the
// variables are made of them by the framework's own rule (overlay).
func (p *program) clientKeys(name string) []clientKey {
	major := parseVersion(p.frameworkVersion())
	switch p.fw.name {
	case "spring-boot", "grails":
		if (name == "kafka" || name == "rabbitmq") && !p.has("org.springframework*:spring-kafka", "org.springframework*:spring-boot-starter-kafka*", "org.springframework*:spring-cloud-*", "org.springframework*:spring-rabbit*", "org.springframework*:spring-boot-starter-amqp*", "org.springframework*:spring-boot-starter-rabbitmq*") {
			return nil // Boot sets up its own clients alone
		}
		switch name {
		case "redis":
			if major.known() && major.less(3) {
				return []clientKey{{"spring.redis.host", detect.PartHost}, {"spring.redis.port", detect.PartPort}}
			}
			return []clientKey{{"spring.data.redis.host", detect.PartHost}, {"spring.data.redis.port", detect.PartPort}}
		case "mongo":
			if major.known() && !major.less(4) {
				return []clientKey{{"spring.mongodb.uri", detect.PartURL}}
			}
			return []clientKey{{"spring.data.mongodb.uri", detect.PartURL}}
		case "rabbitmq":
			return []clientKey{{"spring.rabbitmq.host", detect.PartHost}, {"spring.rabbitmq.port", detect.PartPort}, {"spring.rabbitmq.username", detect.PartUser}, {"spring.rabbitmq.password", detect.PartPassword}}
		case "kafka":
			return []clientKey{{"spring.kafka.bootstrap-servers", detect.PartAddress}}
		case "elasticsearch":
			return []clientKey{{"spring.elasticsearch.uris", detect.PartURL}}
		case "neo4j":
			return []clientKey{{"spring.neo4j.uri", detect.PartURL}, {"spring.neo4j.authentication.username", detect.PartUser}, {"spring.neo4j.authentication.password", detect.PartPassword}}
		}
	case "quarkus":
		switch name {
		case "redis":
			return []clientKey{{"quarkus.redis.hosts", detect.PartURL}}
		case "mongo":
			return []clientKey{{"quarkus.mongodb.connection-string", detect.PartURL}}
		case "kafka":
			return []clientKey{{"kafka.bootstrap.servers", detect.PartAddress}}
		case "rabbitmq":
			return []clientKey{{"rabbitmq-host", detect.PartHost}, {"rabbitmq-port", detect.PartPort}, {"rabbitmq-username", detect.PartUser}, {"rabbitmq-password", detect.PartPassword}}
		case "elasticsearch":
			return []clientKey{{"quarkus.elasticsearch.hosts", detect.PartAddress}}
		}
	case "micronaut":
		switch name {
		case "redis":
			return []clientKey{{"redis.uri", detect.PartURL}}
		case "mongo":
			return []clientKey{{"mongodb.uri", detect.PartURL}}
		case "kafka":
			return []clientKey{{"kafka.bootstrap.servers", detect.PartAddress}}
		case "rabbitmq":
			return []clientKey{{"rabbitmq.uri", detect.PartURL}}
		case "elasticsearch":
			return []clientKey{{"elasticsearch.http-hosts", detect.PartURL}}
		}
	}
	return nil
}

// clientSettings are the variables for a service that is no SQL database: those of
// the placeholders under the framework's keys, else the framework's own, else what
// the program reads.
func (p *program) clientSettings(b backing, s *detect.Service) []detect.NeedSetting {
	var out []detect.NeedSetting
	keys := p.clientKeys(b.name)
	if !slices.ContainsFunc(keys, func(k clientKey) bool { _, ok := p.config.get(k.key, alternatives[k.key]); return ok }) {
		if own, ok := p.ownAddress(b.name); ok {
			keys = []clientKey{own}
		}
	}
	for _, k := range keys {
		v, ok := p.config.get(k.key, alternatives[k.key])
		parts := placeholders(v.value)
		if ok && len(parts) == 1 && parts[0].name != "" {
			out = append(out, newSetting(parts[0].name, k.part, "")...)
			continue
		}
		out = append(out, newSetting(p.overlay(k.key), k.part, "")...)
	}
	if out == nil {
		out = p.readSettings(b, s)
	}
	slices.SortStableFunc(out, func(a, c detect.NeedSetting) int { return strings.Compare(a.Env.String(), c.Env.String()) })
	return slices.CompactFunc(out, func(a, c detect.NeedSetting) bool { return a.Env == c.Env })
}

// addressPorts are the ports by which an address is known for a service's.
var addressPorts = map[string]string{"kafka": "9092"}

// ownAddress finds a key of the program's own that tells where a service is, in a framework
// that lays variables over every key: kafka.brokerConnect=localhost:9092.
func (p *program) ownAddress(name string) (out clientKey, ok bool) {
	port, known := addressPorts[name]
	if !known || p.overlay("a.b") == "" {
		return out, false
	}
	for _, v := range p.config.values {
		host, is := strings.CutSuffix(p.config.plain(v.value), ":"+port)
		if !is || host == "" || strings.ContainsAny(host, "/ {[]") || !p.config.holds(v.profile) || strings.ContainsAny(v.key, "[]") || !strings.Contains(strings.ToLower(v.key), name) {
			continue
		}
		if ok && v.key != out.key {
			return clientKey{}, false
		}
		out, ok = clientKey{v.key, detect.PartAddress}, true
	}
	return out, ok
}

// alternatives are other spellings of the same key.
var alternatives = map[string]string{
	"spring.data.redis.host":         "spring.redis.host",
	"spring.data.redis.port":         "spring.redis.port",
	"spring.kafka.bootstrap-servers": "spring.kafka.bootstrap-servers[0]",
	"spring.elasticsearch.uris":      "spring.elasticsearch.uris[0]",
	"spring.mongodb.uri":             "spring.data.mongodb.uri",
}
