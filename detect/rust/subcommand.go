package rust

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// subcommand is the word without which a program that clap reads the command line of
// only prints its help: the one that serves
// (https://docs.rs/clap/latest/clap/_derive/index.html#subcommands).
type subcommand struct {
	enum    string
	variant string
	word    string
	owner   string // the structure with the program's own options
	why     detect.Note
}

// serving are what people call the subcommand that serves.
var serving = []string{"serve", "server", "start", "run", "web", "http", "api", "daemon", "up", "listen"}

// subcommand finds the one that serves: by what its arm of a match leads to, else by its
// name. It is nil where none is needed.
func (pr *program) subcommand() *subcommand {
	enum, owner := pr.commandEnum()
	if enum == "" {
		return nil
	}
	var found *subcommand
	rank := len(serving) + 1
	listens := false
	for _, f := range pr.variants(enum) {
		word := wordOf(f)
		at := max(slices.Index(serving, word), slices.Index(serving, strings.ToLower(f.Name)))
		if at < 0 {
			at = len(serving)
		}
		leads := pr.armListens(enum, f.Name)
		if !leads && (listens || at == len(serving)) || leads == listens && at >= rank {
			continue
		}
		listens, rank = leads, at
		found = &subcommand{enum: enum, variant: f.Name, word: word, owner: owner, why: pr.note(f.file, f.Line, "the subcommand %s", word)}
	}
	return found
}

// commandEnum is the enumeration of the subcommands that a command line must have one
// of, and the structure that it is a field of.
func (pr *program) commandEnum() (enum, owner string) {
	parsed := map[string]bool{}
	pr.calls(func(_ *file, c *source.Call) {
		if of, name, ok := cutLast(c.Path); ok && (strings.HasPrefix(name, "parse") || name == "try_parse" || name == "from_args") {
			parsed[of[strings.LastIndexByte(of, ':')+1:]] = true
		}
	})
	for _, name := range slices.Sorted(maps.Keys(pr.fields)) {
		for _, f := range pr.fields[name] {
			switch _, sub := attrOf(f, "subcommand"); {
			case !parsed[f.Owner] || !parsesArgs(f):
			case f.Enum: // which is read itself
				return f.Owner, ""
			case sub && !mentionsIdent(f.Type, "Option"):
				if n := len(f.Type); n > 0 && f.Type[n-1].Kind == source.Ident {
					return f.Type[n-1].Text, f.Owner
				}
			}
		}
	}
	return "", ""
}

func cutLast(p string) (before, after string, ok bool) {
	i := strings.LastIndex(p, "::")
	if i < 0 {
		return "", p, false
	}
	return p[:i], p[i+2:], true
}

// variants are those of an enumeration, in their order.
func (pr *program) variants(enum string) []*fieldAt {
	var out []*fieldAt
	for _, f := range pr.files {
		for _, fd := range f.Fields {
			if fd.Enum && fd.Owner == enum {
				out = append(out, &fieldAt{fd, f})
			}
		}
	}
	return out
}

// wordOf is a variant's name on the command line.
func wordOf(f *fieldAt) string {
	if name, ok := attrOf(f, "name"); ok && len(name) == 1 && name[0].Kind == source.String {
		return name[0].Text
	}
	sep := "-"
	for _, a := range f.OwnerAttrs {
		if all, ok := a.Named("rename_all"); ok && len(all) == 1 {
			switch all[0].Text {
			case "snake_case", "snake":
				sep = "_"
			case "lower", "lowercase":
				sep = ""
			}
		}
	}
	var b strings.Builder
	for i, r := range f.Name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteString(sep)
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// arms yields the bodies of the arms of matches that are for a variant.
func arms(ts []source.Token, enum, variant string, yield func(body []source.Token)) {
	for i := 0; i < len(ts); i++ {
		if ts[i].Kind == source.Group {
			arms(ts[i].Inner, enum, variant, yield)
			continue
		}
		if body, end := armAt(ts, i, enum, variant); end > 0 {
			yield(body)
		}
	}
}

// armAt is the body of the arm that begins at i, and where it ends; 0 is none. The
// variant "" is any.
func armAt(ts []source.Token, i int, enum, variant string) (body []source.Token, end int) {
	if i+3 >= len(ts) || !ts[i].Is(enum) || !ts[i+1].Is(":") || !ts[i+2].Is(":") || variant != "" && !ts[i+3].Is(variant) {
		return nil, 0
	}
	j := i + 4
	if j < len(ts) && ts[j].Kind == source.Group {
		j++
	}
	if j+1 >= len(ts) || !ts[j].Is("=") || !ts[j+1].Is(">") {
		return nil, 0
	}
	start := j + 2
	for j = start; j < len(ts) && !ts[j].Is(","); j++ {
		if ts[j].IsGroup("{") && j == start {
			j++
			break
		}
	}
	return ts[start:min(j, len(ts))], j
}

// skips is where an arm for another subcommand ends that begins at i; 0 is none.
func (sub *subcommand) skips(ts []source.Token, i int) int {
	_, end := armAt(ts, i, sub.enum, "")
	for j := i - 1; end > 0 && j >= 0 && (ts[j].Is(":") || ts[j].Kind == source.Ident || ts[j].Is("|")); j-- {
		if ts[j].Is("|") { // for several, ours may be one
			return 0
		}
	}
	if end == 0 || ts[i+3].Is(sub.variant) {
		return 0
	}
	return end
}

// armListens reports whether what the variant's arms lead to binds a socket.
func (pr *program) armListens(enum, variant string) bool {
	return pr.armLeadsTo(enum, variant, func(_ *file, c *source.Call) bool {
		_, binds := bindArg(c)
		return binds && !(c.Path == "bind" && c.Method() && len(c.Args) == 1 && mentionsIdent(c.Recv, "query", "query_as", "query_scalar", "sql_query")) || c.Path == "axum::serve"
	})
}

// armLeadsTo reports whether what the variant's arms lead to calls what is looked for.
func (pr *program) armLeadsTo(enum, variant string, is func(*file, *source.Call) bool) bool {
	type lines struct{ from, to int }
	reached, direct := map[*source.Fn]bool{}, map[*source.Fn]lines{}
	var queue []*fnAt
	push := func(fn *fnAt) {
		if !reached[fn.Fn] {
			reached[fn.Fn] = true
			queue = append(queue, fn)
		}
	}
	for _, f := range pr.files {
		for _, fn := range f.Fns {
			if !pr.reached[fn] {
				continue
			}
			arms(fn.Body, enum, variant, func(body []source.Token) {
				pr.names(body, push)
				direct[fn] = lines{body[0].Line, lastLine(body)}
			})
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		pr.names(at.Body, push)
	}
	for _, f := range pr.files {
		for _, c := range f.Calls {
			in, ok := direct[c.Fn]
			if c.Fn != nil && (reached[c.Fn] || ok && c.Line >= in.from && c.Line <= in.to) && is(f, c) {
				return true
			}
		}
	}
	return false
}

func lastLine(ts []source.Token) int {
	last := ts[len(ts)-1]
	if last.Kind == source.Group && len(last.Inner) > 0 {
		return lastLine(last.Inner)
	}
	return last.Line
}

// other reports whether a structure holds the options of another subcommand alone.
func (sub *subcommand) other(pr *program, owner string) bool {
	if sub == nil {
		return false
	}
	others := false
	for _, f := range pr.variants(sub.enum) {
		for _, g := range f.Type {
			if g.Kind == source.Group && mentionsIdent(g.Inner, owner) {
				if f.Name == sub.variant {
					return false
				}
				others = true
			}
		}
	}
	return others
}

// migrateCommand adds the job by a subcommand that migrates, beside the one that serves.
func (pr *program) migrateCommand(s *detect.Service) bool {
	if pr.sub == nil {
		return false
	}
	for _, f := range pr.variants(pr.sub.enum) {
		word := wordOf(f)
		plain := !slices.ContainsFunc(f.Type, func(t source.Token) bool { return t.Kind == source.Group })
		if !plain || !slices.Contains(migrators, word) || !pr.armLeadsTo(pr.sub.enum, f.Name, func(_ *file, c *source.Call) bool { return migrates(c) }) {
			continue
		}
		argv, err := safe.NewArgv("/app/"+pr.bin.name, word)
		if err != nil {
			return false
		}
		s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(argv, pr.note(f.file, f.Line, "the subcommand %s", word))})
		return true
	}
	return false
}

// command puts the subcommand into the start command.
func (pr *program) command(s *detect.Service) {
	if s.Kind != detect.Server && s.Kind != detect.Worker {
		return
	}
	if pr.sub == nil {
		pr.unsure(s)
		return
	}
	args := s.Start.V.Args()
	at := 1
	for i := 1; i < len(args); i++ { // an option of the program's own stands before it
		if name, ok := strings.CutPrefix(args[i], "--"); ok && slices.ContainsFunc(pr.fields[strings.ReplaceAll(name, "-", "_")], func(f *fieldAt) bool { return f.Owner == pr.sub.owner }) {
			at = min(i+2, len(args))
		}
	}
	if argv, err := safe.NewArgv(slices.Insert(args, at, pr.sub.word)...); err == nil {
		s.Start = detect.Found(argv, append(slices.Clone(s.Start.Why), pr.sub.why)...)
	}
}

// unsure tells of a program that wants a subcommand, where nothing says which serves.
func (pr *program) unsure(s *detect.Service) {
	enum, _ := pr.commandEnum()
	all := pr.variants(enum)
	if enum == "" || len(all) == 0 {
		return
	}
	var words []string
	for _, f := range all {
		words = append(words, wordOf(f))
	}
	s.Notes = append(s.Notes, pr.note(all[0].file, all[0].Line, "the program wants one of its subcommands (%s), and which of them serves is not known: dockgen init --start '/app/%s %s'",
		safe.Visible(strings.Join(words, ", ")), pr.bin.name, words[0]))
}
