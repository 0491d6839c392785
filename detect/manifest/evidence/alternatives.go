package evidence

import (
	"fmt"
	"slices"
	"strings"

	"dockgen/detect"
)

// brokers carry messages for a program: it knows several of them so that whoever runs it
// may choose one, or none.
var brokers = []string{"kafka", "nats", "rabbitmq", "redis", "valkey"}

// alternatives takes the brokers that a program has three or more clients for, and that
// nothing says where to find, as ones that it does without.
func alternatives(_ *detect.Dir, s *detect.Service) error {
	var names []string
	for _, n := range s.Needs {
		if slices.Contains(brokers, n.Name) && len(n.Settings) == 0 && len(n.Why) < 2 && !n.Version.IsSet() && !n.Optional {
			names = append(names, n.Name)
		}
	}
	if len(names) < 3 {
		return nil
	}
	for i := range s.Needs {
		if n := &s.Needs[i]; slices.Contains(names, n.Name) {
			n.Optional = true
			if len(n.Why) > 0 && n.Name == names[0] {
				s.Notes = append(s.Notes, detect.Note{Path: n.Why[0].Path, Line: n.Why[0].Line, Text: fmt.Sprintf("has clients of %s, and nothing says where one is: they are taken as optional", strings.Join(names, ", "))})
			}
		}
	}
	return nil
}
