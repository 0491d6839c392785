package dotnet

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// variableRE finds a variable of the environment in a nuget.config
// (https://learn.microsoft.com/nuget/reference/nuget-config-file#using-environment-variables).
var variableRE = regexp.MustCompile(`%([A-Za-z_][A-Za-z0-9_]*)%`)

// feeds finds the package sources that ask who is there. A secret is never in the
// build's context: variables come as secrets, and so does a file with credentials
// that is laid beside the project's own.
func (g *graph) feeds(s *detect.Service, f *Facts, c *closure) error {
	for _, file := range c.nuget {
		node, err := manifest.XML(g.top, file)
		if err != nil {
			return err
		}
		private := privateSource(node)
		credentials := node.Child("packageSourceCredentials")
		switch {
		case credentials != nil && len(credentials.Children) > 0:
			if err := g.credentials(s, f, file, credentials); err != nil {
				return err
			}
		case private != nil:
			s.Notes = append(s.Notes, g.top.Note(file, private.Line, "takes packages from a feed of its own: if that asks for a password, hand a file with packageSourceCredentials to the build (docker build --secret id=nuget,src=credentials.config)"))
			f.addSecret(s, detect.BuildSecret{ID: safe.Slug("nuget", ""), Target: safe.LabelOf(credentialsFile), Why: g.top.Note(file, private.Line, "names a feed")})
		}
	}
	return nil
}

// credentialsFile is one that NuGet reads beside the user's own
// (https://learn.microsoft.com/nuget/consume-packages/configuring-nuget-behavior).
const credentialsFile = "/root/.nuget/config/credentials.config"

func (f *Facts) addSecret(s *detect.Service, secret detect.BuildSecret) {
	if !slices.ContainsFunc(f.Secrets, func(o detect.BuildSecret) bool { return o.ID == secret.ID }) {
		f.Secrets = append(f.Secrets, secret)
		s.Secrets = append(s.Secrets, secret)
	}
}

// publicFeeds are hosts that serve packages to everybody.
var publicFeeds = []string{"nuget.org", "microsoft.com", "dotnet.microsoft.com", "myget.org", "azureedge.net"}

// privateSource is the first source that is neither a public one nor a folder.
func privateSource(node *manifest.Element) *manifest.Element {
	sources := node.Child("packageSources")
	if sources == nil {
		return nil
	}
	for _, add := range sources.Children {
		u, err := url.Parse(add.Attr("value"))
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || strings.Contains(u.Path, "/public/") {
			continue
		}
		host := strings.ToLower(u.Hostname())
		if !slices.ContainsFunc(publicFeeds, func(p string) bool { return host == p || strings.HasSuffix(host, "."+p) }) {
			return add
		}
	}
	return nil
}

// credentials reads how the file names them: as variables, or in the open, where they
// must not be looked at.
func (g *graph) credentials(s *detect.Service, f *Facts, file string, node *manifest.Element) error {
	var names []string
	open := false
	for _, feed := range node.Children {
		for _, add := range feed.Children {
			found := variableRE.FindAllStringSubmatch(add.Attr("value"), -1)
			for _, m := range found {
				names = append(names, m[1])
			}
			if strings.Contains(strings.ToLower(add.Attr("key")), "password") && len(found) == 0 {
				open = true
			}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		env, err := safe.NewEnvName(name)
		if err != nil {
			return g.top.Errorf(file, node.Line, "%w", err)
		}
		f.addSecret(s, detect.BuildSecret{ID: safe.Slug(name, "nuget"), Env: env, Required: true, Why: g.top.Note(file, node.Line, "reads %s", name)})
	}
	if open {
		s.Notes = append(s.Notes, g.top.Note(file, node.Line, "holds a password in the open: write %%NUGET_TOKEN%% in its place, so that the build takes it as a secret"))
	}
	return nil
}
