package golang

import (
	"strings"

	"dockgen/detect"
)

// part is a piece of a string that a program puts together: its text where that
// is in the source, and what may set another one.
type part struct {
	text  string
	known bool
	env   string // the environment variable that sets it
	flag  string // the flag that sets it, with its dashes
	// opener is a variable of the port: set, it takes the loopback address out of the host.
	opener string
	why    []detect.Note
}

// parts is a string in pieces: host, ":" and port, say.
type parts []part

func literal(s string) parts { return parts{{text: s, known: true}} }

func (ps parts) text() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return b.String()
}

func (ps parts) known() bool {
	for _, p := range ps {
		if !p.known {
			return false
		}
	}
	return len(ps) > 0
}

// settable reports whether something outside the program changes the text.
func (ps parts) settable() bool {
	for _, p := range ps {
		if p.env != "" || p.flag != "" {
			return true
		}
	}
	return false
}

func (ps parts) why() []detect.Note {
	var out []detect.Note
	for _, p := range ps {
		out = append(out, p.why...)
	}
	return out
}

// with adds what sets the text to the one piece that ps then is.
func (ps parts) with(env, flag string, why ...detect.Note) parts {
	p := part{text: ps.text(), known: ps.known(), env: env, flag: flag, why: append(ps.why(), why...)}
	for _, q := range ps {
		if p.env == "" {
			p.env = q.env
		}
		if p.flag == "" {
			p.flag = q.flag
		}
	}
	return parts{p}
}

// merge makes one string of the ones that a variable may hold: the text of the
// first that says one, with every way in which the others are set.
func merge(alts []parts) parts {
	var base parts
	for _, a := range alts {
		switch {
		case len(a) == 0:
		case len(base) == 0, !base.known() && a.known(), base.known() && base.text() == "" && a.known() && a.text() != "",
			base.known() && a.known() && a.text() != "" && !base.settable() && a.settable() && len(a) == 1,           // the default of a flag
			base.known() && a.known() && len(a.text()) > len(base.text()) && strings.Contains(a.text(), base.text()): // host = host + ":" + port
			base = a
		}
	}
	if len(base) == 0 {
		return nil
	}
	for _, a := range alts {
		if !a.settable() || len(a) == 0 || &a[0] == &base[0] {
			continue
		}
		base = base.absorb(a)
	}
	return base
}

// absorb takes over what sets a, another way to the same string.
func (ps parts) absorb(a parts) parts {
	if len(a) == 1 {
		return ps.with(orElse(ps.first(envOf), a[0].env), orElse(ps.first(flagOf), a[0].flag), a[0].why...)
	}
	// ":8080" beside ":" + $PORT: the variable holds what stands between.
	var before, after string
	var set *part
	for i := range a {
		switch {
		case a[i].env != "" || a[i].flag != "":
			if set != nil {
				return ps
			}
			set = &a[i]
		case set == nil:
			before += a[i].text
		default:
			after += a[i].text
		}
	}
	text := ps.text()
	if i := strings.LastIndexByte(text, ':'); i > 0 && set != nil && after == "" && !ps.settable() && ps.known() && set.flag == "" && (before == ":" || before == "0.0.0.0:") && splitAddress(ps).loopback() {
		// "localhost:8080" beside ":" + $PORT: with the variable, it listens on all addresses.
		host := part{text: text[:i], known: true, opener: set.env, why: ps.why()}
		port := part{text: text[i+1:], known: true, env: set.env, why: append(ps.why(), set.why...)}
		return append(append(parts{host}, literal(":")...), port)
	}
	if ps.settable() || !ps.known() || set == nil || len(text) < len(before)+len(after) || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return ps
	}
	mid := part{text: text[len(before) : len(text)-len(after)], known: true, env: set.env, flag: set.flag, why: append(ps.why(), set.why...)}
	return append(append(literal(before), mid), literal(after)...)
}

func envOf(p part) string  { return p.env }
func flagOf(p part) string { return p.flag }

func (ps parts) first(get func(part) string) string {
	for _, p := range ps {
		if s := get(p); s != "" {
			return s
		}
	}
	return ""
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// address is what a server listens on.
type address struct {
	host, port parts
	whole      bool // one variable or flag holds host and port
}

// splitAddress cuts "host:port" at its last colon, in whichever piece that is.
// A string without a colon is a port.
func splitAddress(ps parts) address {
	at := -1
	for i := range ps {
		if strings.LastIndexByte(ps[i].text, ':') >= 0 {
			at = i
		}
	}
	if at < 0 {
		return address{port: ps}
	}
	p := ps[at]
	i := strings.LastIndexByte(p.text, ':')
	head, tail := p, p
	head.text, tail.text = p.text[:i], p.text[i+1:]
	a := address{
		host: append(append(parts{}, ps[:at]...), head),
		port: append(parts{tail}, ps[at+1:]...),
	}
	a.whole = (p.env != "" || p.flag != "") && at == 0 && at == len(ps)-1
	return a
}

// loopback reports whether the server can be reached from its own machine only.
func (a address) loopback() bool {
	switch strings.Trim(a.host.text(), "[]") {
	case "127.0.0.1", "localhost", "::1":
		return true
	}
	return false
}
