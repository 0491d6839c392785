package javascript

// Member is the last name of the chain that an expression begins with: "dist" of
// paths.dist + "/css"; "" where it begins with none.
func (f *File) Member(s Span) string {
	s = f.trim(s)
	if f.at(s.lo).kind == other { // `${paths.dist}/css`
		s.lo++
	}
	name := ""
	for i := s.lo; i < s.hi; i += 2 {
		if f.at(i).kind != word {
			return ""
		}
		name = f.at(i).text
		if !f.at(i+1).is(".") && !f.at(i+1).is("?.") {
			break
		}
	}
	return name
}

// Exported are the expressions that the file exports by their names, those of the default
// export's object among them: exports.build = series(...), export const build = ..., and
// "default" itself.
func (f *File) Exported() map[string]Span {
	out := map[string]Span{}
	if s := f.Default(); !s.Empty() {
		props, object := f.Object(s)
		if !object {
			out["default"] = f.named(s)
		}
		for _, p := range props {
			out[p.Key] = f.named(p.Value)
		}
	}
	for i, t := range f.tokens {
		if t.text == "export" && f.at(i+1).text == "async" {
			i++
		}
		switch {
		case t.kind != word || f.at(i+1).kind == punct && !f.at(i+1).is(".") && !f.at(i+1).is("{"):
		case t.text == "exports" && f.at(i+1).is(".") && f.at(i+2).kind == word && f.at(i+3).is("="):
			out[f.at(i+2).text] = f.named(f.expression(i + 4))
		case t.text == "export" && f.at(i+1).is("{"):
			for _, p := range f.Split(Span{i + 2, f.shut[i+1]}) {
				if name := f.at(p.hi - 1); name.kind == word {
					out[name.text] = f.named(Span{p.lo, p.lo + 1})
				}
			}
		case t.text == "export" && (f.at(i+1).text == "const" || f.at(i+1).text == "let" || f.at(i+1).text == "var"):
			name := f.at(i + 2).text
			out[name] = f.consts[name]
		case t.text == "export" && f.at(i+1).text == "function" && f.at(i+2).kind == word:
			out[f.at(i+2).text] = f.expression(i + 1)
		}
	}
	return out
}

// named is what a name alone stands for in the file, else the expression itself.
func (f *File) named(s Span) Span {
	if s = f.trim(s); s.hi == s.lo+1 && f.at(s.lo).kind == word {
		if value, ok := f.consts[f.at(s.lo).text]; ok {
			return value
		}
	}
	return s
}

// Default returns the expression that the file exports as its default.
func (f *File) Default() Span {
	for i, t := range f.tokens {
		switch {
		case t.kind == word && t.text == "export" && f.at(i+1).text == "default":
			return f.expression(i + 2)
		case t.kind == word && t.text == "module" && f.at(i+1).is(".") && f.at(i+2).text == "exports" && f.at(i+3).is("="):
			return f.expression(i + 4)
		}
	}
	return Span{}
}
