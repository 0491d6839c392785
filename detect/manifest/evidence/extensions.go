package evidence

import (
	"slices"
	"strings"
	"unicode"

	"dockgen/detect"
)

// extensions finds the extension of PostgreSQL that the project's migrations in SQL
// create, for which the server has to be another image.
func extensions(d *detect.Dir, s *detect.Service) error {
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool { return n.Name == "postgres" && n.Variant == "" })
	if i < 0 {
		return nil
	}
	looked := 0
	for name := range d.Files("*.sql") {
		if looked++; looked > maxLooked {
			return nil
		}
		data, err := d.Read(name)
		if err != nil {
			continue
		}
		for line, created := range createdExtensions(string(data)) {
			variant := map[string]string{"postgis": "postgis", "vector": "pgvector"}[created]
			if variant == "" {
				continue
			}
			s.Needs[i].Variant = variant
			s.Needs[i].Why = append(s.Needs[i].Why, d.Note(name, line, "creates the extension %s", created))
			return nil
		}
	}
	return nil
}

// createdExtensions yields, by line, the names in CREATE EXTENSION [IF NOT EXISTS] name
// (https://www.postgresql.org/docs/current/sql-createextension.html). Comments hold no statement.
func createdExtensions(sql string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		block := false
		var words []string
		for i, line := range strings.Split(sql, "\n") {
			if block {
				_, rest, ok := strings.Cut(line, "*/")
				if !ok {
					continue
				}
				line, block = rest, false
			}
			line, _, _ = strings.Cut(line, "--")
			if before, after, ok := strings.Cut(line, "/*"); ok && !strings.Contains(after, "*/") {
				line, block = before, true
			}
			for _, w := range strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && r != ';'
			}) {
				words = append(words, strings.TrimSuffix(w, ";"))
				if n := len(words); n > 6 {
					words = words[n-6:]
				}
				text := strings.Join(words, " ")
				head := strings.TrimSuffix(text, " "+words[len(words)-1])
				if (strings.HasSuffix(head, "create extension") && words[len(words)-1] != "if" || strings.HasSuffix(head, "create extension if not exists")) && !yield(i+1, words[len(words)-1]) {
					return
				}
			}
		}
	}
}
