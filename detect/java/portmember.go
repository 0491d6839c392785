package java

import (
	"strings"

	"dockgen/detect/java/script"
	"dockgen/internal/safe"
)

// memberPort is the port where a call takes it from elsewhere: Netty(config.port),
// setPort(config.getInteger(Keys.WEB_PORT)). The name has to speak of a port, and all that
// gives it a number in the sources has to agree; or it is a key of the configuration, which
// the call may spell out.
func (p *program) memberPort() foundPort {
	for _, s := range p.code.files {
		for _, call := range portCalls[p.fw.name] {
			for i, t := range s.toks {
				if !t.Is(call) || !s.tok(i+1).Is("(") {
					continue
				}
				if f, ok := p.memberIn(s, i+2, s.closing(i+1), 0); ok {
					f.note = s.note(t.Line, "listens on port %d, which stands in %s", f.port, safe.Visible(f.note.Path))
					return f
				}
			}
		}
	}
	return foundPort{}
}

// memberIn looks for the name of a port that is somebody else's, among the tokens and
// among those that give the file's own names their values.
func (p *program) memberIn(s *source, from, to, depth int) (foundPort, bool) {
	for n := from; n < to && n < len(s.toks); n++ {
		t := s.tok(n)
		if !strings.Contains(strings.ToLower(t.Text), "port") {
			continue
		}
		if t.Kind == script.String && s.tok(n-1).Is("(") && s.tok(n-2).Kind == script.Ident { // config.getInt("http.port")
			if f, ok := p.configuredPort(t.Text); ok {
				return f, true
			}
			continue
		}
		if t.Kind != script.Ident {
			continue
		}
		if s.tok(n - 1).Is(".") {
			if f, ok := p.definedPort(t.Text); ok {
				return f, true
			}
			if f, ok := p.configuredPort(s.tok(n-2).Text + "." + t.Text); ok {
				return f, true
			}
			continue
		}
		for k := range s.toks {
			if depth < 2 && k != n && s.tok(k).Is(t.Text) && s.tok(k+1).Is("=") && !s.tok(k+2).Is("=") {
				if f, ok := p.memberIn(s, k+2, s.lineEnd(k+2), depth+1); ok {
					return f, true
				}
			}
		}
	}
	return foundPort{}, false
}

// definedPort is the number that the sources give a name, or that a method of that
// name returns, where it is one alone.
func (p *program) definedPort(name string) (out foundPort, ok bool) {
	for _, s := range p.code.files {
		for i := range s.toks {
			from, end := s.definition(i, name)
			if end == 0 {
				continue
			}
			f := s.eval(from, end, 0)
			if f.port == 0 && f.env == "" {
				continue
			}
			if ok && f.port != out.port {
				return foundPort{}, false
			}
			f.note = s.note(s.tok(i).Line, "%s", name)
			out, ok = f, true
		}
	}
	return out, ok
}

// definition is the expression that the name at i is given, or the body of the method
// that it names; the end is 0 where it is neither.
func (s *source) definition(i int, name string) (from, end int) {
	if !s.tok(i).Is(name) {
		return 0, 0
	}
	switch {
	case s.tok(i+1).Is("=") && !s.tok(i+2).Is("="):
		from = i + 2
	case s.tok(i+1).Is(":") && s.seq(i+3, "get", "(", ")", "="): // val port: Int get() =
		from = i + 7
	case s.seq(i+1, "(", ")", "{") && s.tok(i-1).Kind == script.Ident: // int port() {
		return i + 3, s.closing(i + 3)
	case s.seq(i+1, "(", ")", "=") && s.tok(i-1).Is("fun"):
		from = i + 4
	case s.seq(i+1, "(", ")", ":") && s.tok(i-1).Is("fun") && s.tok(i+5).Is("{"):
		return i + 5, s.closing(i + 5)
	case s.seq(i+1, "(", ")", ":") && s.tok(i-1).Is("fun") && s.tok(i+5).Is("="):
		from = i + 6
	default:
		return 0, 0
	}
	end, depth := s.lineEnd(from), 0
	for n := from; n < end; n++ { // the next argument is another's
		switch t := s.tok(n); {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			depth--
		case t.Is(",") && depth == 0:
			return from, n
		}
	}
	return from, end
}

// configuredPort is the value of the one key of the configuration that ends so.
func (p *program) configuredPort(end string) (out foundPort, ok bool) {
	for _, v := range p.config.values {
		if n := p.config.number(v); n > 0 && p.config.holds(v.profile) && strings.HasSuffix("."+v.key, "."+end) {
			if ok && n != out.port {
				return foundPort{}, false
			}
			out, ok = foundPort{port: n, note: v.note}, true
			for _, part := range placeholders(v.value) {
				if part.name != "" && out.env == "" {
					out.env = envName(strings.TrimPrefix(part.name, "?"))
				}
			}
		}
	}
	return out, ok
}
