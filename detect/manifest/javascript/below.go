package javascript

import (
	"path"
	"strings"
)

// Below is the folder, relative to the project's, that an expression names from the
// working directory or from the file's own: path.join(process.cwd(), "data"),
// process.env.DATA_DIR || "./data", join(__dirname, "../uploads"). False where it names
// another, or none that is known.
func (p *Program) Below(f *File, s Span) (string, bool) {
	p.steps = maxSteps
	dir := p.below(f, s, 0)
	if dir == "" || dir == "." || path.IsAbs(dir) || strings.HasPrefix(dir, "..") {
		return "", false
	}
	return dir, true
}

func (p *Program) below(f *File, s Span, depth int) string {
	s = f.trim(s)
	if p.steps--; s.Empty() || depth > maxDepth || p.steps < 0 || s.hi-s.lo > maxSteps {
		return ""
	}
	for _, operator := range []string{"||", "??"} {
		if i := f.find(s, func(t token) bool { return t.is(operator) }); i > 0 {
			return p.below(f, Span{i + 1, s.hi}, depth+1)
		}
	}
	if i := f.find(s, func(t token) bool { return t.is("?") }); i > 0 {
		if j := f.find(Span{i + 1, s.hi}, func(t token) bool { return t.is(":") }); j > 0 {
			if dir := p.below(f, Span{j + 1, s.hi}, depth+1); dir != "" {
				return dir
			}
			return p.below(f, Span{i + 1, j}, depth+1)
		}
	}
	first := f.at(s.lo)
	switch {
	case s.hi == s.lo+1 && first.kind == str:
		if strings.HasPrefix(first.text, "./") || strings.Contains(strings.Trim(first.text, "/"), "/") || depth > 0 {
			return path.Clean(first.text)
		}
		return ""
	case s.hi == s.lo+1 && first.text == "__dirname":
		return orDot(path.Dir(f.Path))
	case s.hi == s.lo+1 && first.kind == word:
		if e, ok := f.consts[first.text]; ok {
			return p.below(f, e, depth+1)
		}
		g, imported := p.origin(f, first.text)
		if g == nil {
			return ""
		}
		if e, ok := g.consts[imported]; ok {
			return p.below(g, e, depth+1)
		}
		return ""
	case f.at(s.hi - 1).is(")"):
		return p.joined(f, s, depth)
	case first.kind == word && f.at(s.hi-2).is("."):
		if e, ok := f.assignment(s); ok {
			return p.below(f, e, depth+1)
		}
	}
	return ""
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// joined evaluates path.join and path.resolve, and process.cwd().
func (p *Program) joined(f *File, s Span, depth int) string {
	calls := f.Calls(s)
	if len(calls) == 0 || calls[0].begin != s.lo || calls[0].end != s.hi-1 {
		return ""
	}
	c := calls[0]
	switch {
	case c.Name() == "cwd" && len(c.Callee) == 2 && c.Callee[0] == "process":
		return "."
	case c.Name() != "join" && c.Name() != "resolve" || len(c.Args) == 0:
		return ""
	}
	var parts []string
	for _, a := range c.Args {
		part := p.below(f, a, depth+1)
		if part == "" {
			return ""
		}
		if path.IsAbs(part) && len(parts) > 0 && c.Name() == "resolve" {
			parts = nil
		}
		parts = append(parts, part)
	}
	return path.Join(parts...)
}
