package words

// Term is an Erlang term: a constant, or several in a tuple or a list.
type Term struct {
	Kind  Kind   // of a constant
	Shape string // "{" and "[" for tuples and lists, "" for a constant
	Text  string
	Line  int
	Items []Term
}

// maxDepth is how deep terms are nested in what is read.
const maxDepth = 100

// Terms reads a file of terms, each of which ends with a full stop.
func Terms(text string) []Term {
	r := &reader{all: Erlang(text)}
	var out []Term
	for r.at < len(r.all) {
		if r.all[r.at].Is(".") || r.all[r.at].Is(",") {
			r.at++
			continue
		}
		before := r.at
		if t, ok := r.term(0); ok {
			out = append(out, t)
		}
		if r.at == before {
			r.at++
		}
	}
	return out
}

type reader struct {
	all []Word
	at  int
}

func (r *reader) term(depth int) (Term, bool) {
	if r.at >= len(r.all) || depth > maxDepth {
		return Term{}, false
	}
	w := r.all[r.at]
	if w.Kind != Sign {
		r.at++
		return Term{Kind: w.Kind, Text: w.Text, Line: w.Line}, true
	}
	if w.Text == "<" { // a binary: <<"text">>
		for r.at < len(r.all) && r.all[r.at].Is("<") {
			r.at++
		}
		t, ok := r.term(depth + 1)
		for r.at < len(r.all) && !r.all[r.at].Is(">") && !r.all[r.at].Is(",") && !r.all[r.at].Is("}") {
			r.at++
		}
		for r.at < len(r.all) && r.all[r.at].Is(">") {
			r.at++
		}
		return t, ok
	}
	end := map[string]string{"{": "}", "[": "]"}[w.Text]
	if end == "" {
		return Term{}, false
	}
	r.at++
	t := Term{Kind: Sign, Shape: w.Text, Line: w.Line}
	for r.at < len(r.all) {
		if next := r.all[r.at]; next.Kind == Sign && (next.Text == "}" || next.Text == "]") {
			r.at++
			return t, true
		}
		before := r.at
		if item, ok := r.term(depth + 1); ok {
			t.Items = append(t.Items, item)
		} else if r.at == before {
			r.at++
		}
	}
	return t, true
}

// Get is the tuple in the list that begins with that name: {name, ...}.
func Get(list []Term, name string) (Term, bool) {
	for _, t := range list {
		if t.Shape == "{" && len(t.Items) > 0 && t.Items[0].Kind == Name && t.Items[0].Text == name {
			return t, true
		}
	}
	return Term{}, false
}
