package rust

import (
	"strings"

	"dockgen/detect/rust/source"
)

// macro works out format!, env! and their kind.
func (pr *program) macro(name string, group source.Token, at scope, depth int) pieces {
	args := source.Split(group.Inner, ",")
	if len(args) == 0 {
		return nil
	}
	switch name {
	case "format", "std::format", "format_args":
		if args[0][0].Kind != source.String {
			return nil
		}
		return pr.format(args[0][0], args[1:], at, depth)
	case "concat":
		var out pieces
		for _, a := range args {
			ps := pr.eval(a, at, depth+1)
			if ps == nil {
				return nil
			}
			out = append(out, ps...)
		}
		return out
	case "env", "option_env":
		if ps := pr.eval(args[0], at, depth+1); ps.known() && ps.text() == "CARGO_MANIFEST_DIR" {
			return pieces{{text: manifestDir, known: true}}
		}
	case "relative", "rocket::fs::relative", "include_str", "dotenv":
		if name == "relative" || strings.HasSuffix(name, "::relative") {
			if ps := pr.eval(args[0], at, depth+1); ps.known() {
				return pieces{{text: manifestDir + "/" + ps.text(), known: true}}
			}
		}
		if name == "dotenv" {
			if ps := pr.eval(args[0], at, depth+1); ps.known() {
				return pieces{{env: ps.text()}}
			}
		}
	}
	return nil
}

// manifestDir stands for the folder of the package, which the compiler writes
// into the program.
const manifestDir = "\x01manifest"

// format works out format!("{host}:{}", port).
func (pr *program) format(lit source.Token, args [][]source.Token, at scope, depth int) pieces {
	var out pieces
	plain := func(s string) {
		if s != "" {
			out = append(out, piece{text: s, known: true, why: pr.note(at.file, lit.Line, "")})
		}
	}
	next, text := 0, lit.Text
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			plain(strings.ReplaceAll(text, "}}", "}"))
			return out
		}
		plain(text[:i])
		if strings.HasPrefix(text[i:], "{{") {
			plain("{")
			text = text[i+2:]
			continue
		}
		end := strings.IndexByte(text[i:], '}')
		if end < 0 {
			return out
		}
		name, _, _ := strings.Cut(text[i+1:i+end], ":")
		text = text[i+end+1:]
		var ps pieces
		switch {
		case name == "":
			if next < len(args) {
				ps = pr.eval(args[next], at, depth+1)
			}
			next++
		case name[0] >= '0' && name[0] <= '9':
			if n := int(name[0] - '0'); n < len(args) {
				ps = pr.eval(args[n], at, depth+1)
			}
		default:
			for _, a := range args {
				if len(a) > 2 && a[0].Is(name) && a[1].Is("=") {
					ps = pr.eval(a[2:], at, depth+1)
				}
			}
			if ps == nil {
				ps = pr.named(name, at, depth+1)
			}
		}
		if ps == nil {
			ps = pieces{{}}
		}
		out = append(out, ps...)
	}
}

// branches works out if and match: the variable of what is looked at, and the
// first known text of a branch as its default.
func (pr *program) branches(ts []source.Token, at scope, depth int) pieces {
	var head []source.Token
	var out piece
	for i := 1; i < len(ts); i++ {
		if !ts[i].IsGroup("{") {
			head = append(head, ts[i])
			continue
		}
		if i == 1 || out.env == "" {
			for j, t := range head {
				if t.Is("=") {
					head = head[j+1:]
					break
				}
			}
			if ps := pr.eval(head, at, depth+1); len(ps) == 1 && ps[0].env != "" {
				out = ps[0]
			}
		}
		arms := [][]source.Token{ts[i].Inner}
		if ts[0].Is("match") {
			arms = arms[:0]
			for _, arm := range source.Split(ts[i].Inner, ",") {
				for j := range arm {
					if arm[j].Is("=") && j+1 < len(arm) && arm[j+1].Is(">") {
						arms = append(arms, arm[j+2:])
						break
					}
				}
			}
		}
		for _, arm := range arms {
			if out.known {
				break
			}
			if ps := pr.eval(tail(arm), at, depth+1); ps.known() {
				out.text, out.known = ps.text(), true
				if out.why.Path == "" {
					out.why = ps[0].why
				}
			} else if len(ps) == 1 && ps[0].env != "" && out.env == "" {
				out.env, out.why = ps[0].env, ps[0].why
			}
		}
	}
	if out.env == "" && !out.known {
		return nil
	}
	return pieces{out}
}
