package golang

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
)

// servicePorts are the ports of backing services, by which an address in the
// sources is known as one's.
var servicePorts = map[string]string{
	"3306": "mysql", "5432": "postgres", "6379": "redis", "27017": "mongo", "5672": "rabbitmq", "9092": "kafka",
	"4222": "nats", "9200": "elasticsearch", "11211": "memcached", "9000": "clickhouse", "7233": "temporal",
}

var serviceAddressRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|//|@|@tcp\(|host=)([A-Za-z][A-Za-z0-9.-]*)(?::| port=)(3306|5432|6379|27017|5672|9092|4222|9200|11211|7233)\b`)
})

// addresses finds the hosts of backing services that stand in the sources, and
// files of secrets: in a container localhost is the program's own, and any other
// name has to be a service's.
func (e *eval) addresses(s *detect.Service) {
	var seen []string
	for _, f := range e.reach.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			text, ok := str(lit)
			if !ok || len(text) > 300 || slices.Contains(seen, text) {
				return true
			}
			if strings.HasPrefix(text, "/run/secrets/") && len(text) > len("/run/secrets/") && !strings.ContainsAny(text, "% \n") {
				seen = append(seen, text)
				s.Notes = append(s.Notes, e.note(f, lit, "reads %s: give it as a secret of that name", text))
				return true
			}
			m := serviceAddressRE().FindStringSubmatch(text)
			if m == nil {
				return true
			}
			seen = append(seen, text)
			host, name := m[1], servicePorts[m[2]]
			switch {
			case host == "localhost":
				s.Notes = append(s.Notes, e.note(f, lit, "%s is looked for on localhost, which in a container is the program's own, unless something sets another address", name))
			case !strings.Contains(host, "."):
				s.Notes = append(s.Notes, e.note(f, lit, "%s is looked for at the host %s: a service of that name has to be there, unless something sets another address", name, host))
			}
			return true
		})
	}
}
