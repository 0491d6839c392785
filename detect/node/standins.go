package node

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// loading are the frameworks whose build loads the modules of the server, to learn what each
// page is: code that ends the program where a variable is not set ends the build then
// (https://nextjs.org/docs/app/guides/self-hosting#environment-variables).
var loading = []string{"Next.js", "SvelteKit"}

// standIns gives the build a value for each variable without which the sources end, be it
// one that leads nowhere. The running program gets its own.
func (p *project) standIns(svc *detect.Service, fw *framework, files []*javascript.File) {
	if !slices.Contains(loading, fw.name) || svc.Kind != detect.Server || !svc.Build.IsSet() {
		return
	}
	var names []string
	for _, f := range files {
		for _, r := range f.Env() {
			if !r.Demanded || isPublic(r.Name) || slices.Contains(ownNames, r.Name) || !constantRE().MatchString(r.Name) || slices.Contains(names, r.Name) {
				continue
			}
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	words := []string{"export"} // no ENV: BuildKit takes one that is called a key for a secret
	for _, name := range names {
		words = append(words, name+"="+standIn(svc, name))
	}
	if argv, err := safe.NewArgv(words...); err == nil {
		p.standing = argv
		p.remark("", 0, "the build loads code that ends where %s %s not set: it gets a value that leads nowhere", strings.Join(names, ", "), isAre(len(names)))
	}
}

// standIn is such a value, in the form that clients of the variable take.
func standIn(svc *detect.Service, name string) string {
	for _, n := range svc.Needs {
		for _, s := range n.Settings {
			if s.Env.String() != name || s.Part != detect.PartURL {
				continue
			}
			scheme := n.Name
			switch n.Name {
			case "postgres":
				scheme = "postgresql"
			case "mongo":
				scheme = "mongodb"
			case "mariadb":
				scheme = "mysql"
			}
			return scheme + "://build:build@127.0.0.1/build"
		}
	}
	if strings.HasSuffix(name, "_URL") || strings.HasSuffix(name, "_URI") || name == "URL" {
		return "http://127.0.0.1"
	}
	return "build"
}
