package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// IgnoreGroup is a run of lines in the .dockerignore file under one comment. A
// later line wins over an earlier one, so the order of groups has a meaning.
type IgnoreGroup struct {
	Title    string
	Patterns []safe.Pattern
}

// left are names that no project's build reads: installed dependencies, caches,
// output and files for people. A name that somebody could give to a folder of
// sources (bin, build, dist, env, target, vendor) is not here: the detector that
// knows what it is names it.
func left() []IgnoreGroup {
	return []IgnoreGroup{
		group("Dependencies and caches",
			"**/.*_cache", "**/.cache", "**/.gradle", "**/.nox", "**/.parcel-cache", "**/.pnpm-store", "**/.terraform", "**/.tox", "**/.turbo", "**/.venv",
			"**/__pycache__", "**/bower_components", "**/node_modules"),
		group("Output", "**/*.log", "**/.next", "**/.nuxt", "**/.nyc_output", "**/.output", "**/.svelte-kit"),
		group("Editors, systems, CI", "**/*.swp", "**/.DS_Store", "**/.circleci", "**/.github", "**/.gitlab-ci.yml", "**/.idea", "**/.vs", "**/.vscode"),
		group("Container files", append([]string{"**/*.bak", "**/*.bak.[0-9]*", "**/.*.dockgen-*"}, everywhere(detect.ContainerFiles())...)...),
	}
}

// secret are files that hold keys and passwords, and histories that hold what was
// taken out of the sources. They come last, so that no exception lets one in.
func secret() IgnoreGroup {
	return group("History and secrets", everywhere(detect.SecretFiles())...)
}

// examples show which variables there are, without anybody's values.
func examples() []string {
	return []string{"!**/.env*example", "!**/.env*sample", "!**/.env.dist", "!**/.env.template", "!**/example.env", "!**/sample.env"}
}

// ignore decides what the build context leaves out. The groups stand in this
// order: what is no use, what this project leaves out, exceptions for what its
// build reads, secrets, and exceptions for what only looks like a secret.
func (p *Plan) ignore(Options) error {
	ctx := p.Service.Context
	p.Ignore = left()
	own, exceptions := ownPatterns(ctx.Ignore, p.Ignore)
	p.addIgnored("This project", own)

	secrets := secret()
	for _, s := range p.Service.Secrets {
		if base := path.Base(s.Target.String()); !s.Target.IsZero() && strings.Contains(base, ".") {
			at, err := safe.NewRelPath(base)
			if err != nil {
				return err
			}
			secrets.Patterns = append(secrets.Patterns, safe.PatternAnywhere(at))
		}
	}
	secrets.Patterns = sortedOnce(secrets.Patterns)

	useless, err := matcher(p.Ignore...)
	if err != nil {
		return err
	}
	hidden, err := matcher(secrets)
	if err != nil {
		return err
	}
	public := publicFiles(ctx, p.Service.Secrets)
	for _, keep := range ctx.Keep {
		if keep.String() == "." {
			continue
		}
		isSecret, err := hidden.MatchesOrParentMatches(keep.String())
		if err != nil {
			return fmt.Errorf("matching %s: %w", keep, err)
		}
		if isSecret && !slices.Contains(public, keep) && !isExample(keep) {
			p.note(keep.String(), 0, "the build reads it, but it looks like a secret and stays out of the build context: pass it with --secret, or let it in by a line !%s at the end of .dockerignore", keep)
			continue
		}
		if out, err := useless.MatchesOrParentMatches(keep.String()); err != nil {
			return fmt.Errorf("matching %s: %w", keep, err)
		} else if out && !isSecret {
			exceptions = append(exceptions, safe.PatternFor(keep).Except())
		}
	}
	p.addIgnored("Read by the build", sortedOnce(exceptions))

	p.Ignore = append(p.Ignore, secrets)
	let := group("", examples()...).Patterns
	for _, f := range public {
		if isSecret, err := hidden.MatchesOrParentMatches(f.String()); err == nil && isSecret && !isExample(f) {
			let = append(let, safe.PatternFor(f).Except())
		}
	}
	p.addIgnored("No secrets", let)
	return nil
}

func (p *Plan) addIgnored(title string, patterns []safe.Pattern) {
	if len(patterns) > 0 {
		p.Ignore = append(p.Ignore, IgnoreGroup{title, patterns})
	}
}

// ownPatterns splits a project's patterns into exceptions and others, and drops
// those that stand in a group already.
func ownPatterns(patterns []safe.Pattern, groups []IgnoreGroup) (own, exceptions []safe.Pattern) {
	for _, pattern := range patterns {
		switch {
		case strings.HasPrefix(pattern.String(), "!"):
			exceptions = append(exceptions, pattern)
		case !slices.ContainsFunc(groups, func(g IgnoreGroup) bool { return slices.Contains(g.Patterns, pattern) }):
			own = append(own, pattern)
		}
	}
	return sortedOnce(own), exceptions
}

// publicFiles are the service's files that hold no secret, without those that the
// build takes as a secret from outside.
func publicFiles(ctx detect.Context, secrets []detect.BuildSecret) []safe.RelPath {
	var out []safe.RelPath
	for _, part := range ctx.Public {
		mounted := slices.ContainsFunc(secrets, func(s detect.BuildSecret) bool {
			return path.Base(s.Target.String()) == path.Base(part.Path.String())
		})
		if !mounted {
			out = append(out, part.Path)
		}
	}
	slices.SortFunc(out, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(out)
}

// isExample reports whether the exceptions for example files let the path in.
func isExample(p safe.RelPath) bool {
	for _, e := range examples() {
		if ok, _ := path.Match(strings.TrimPrefix(e, "!**/"), path.Base(p.String())); ok {
			return true
		}
	}
	return false
}

func group(title string, patterns ...string) IgnoreGroup {
	g := IgnoreGroup{Title: title}
	for _, s := range patterns {
		g.Patterns = append(g.Patterns, safe.PatternOf(s))
	}
	g.Patterns = sortedOnce(g.Patterns)
	return g
}

func everywhere(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "**/" + n
	}
	return out
}

func sortedOnce(patterns []safe.Pattern) []safe.Pattern {
	slices.SortFunc(patterns, func(a, b safe.Pattern) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(patterns)
}

// matcher reads the groups' lines as Docker does.
func matcher(groups ...IgnoreGroup) (*patternmatcher.PatternMatcher, error) {
	var lines []string
	for _, g := range groups {
		for _, pattern := range g.Patterns {
			lines = append(lines, pattern.String())
		}
	}
	m, err := patternmatcher.New(lines)
	if err != nil {
		return nil, fmt.Errorf("reading the patterns of .dockerignore: %w", err)
	}
	return m, nil
}
