// Package sqldump tells what a file of SQL does where a database's image runs it: which
// server it is for, what it creates, and what would stop it.
package sqldump

import "strings"

// Dump is what is known of a file.
type Dump struct {
	Tables, Rows bool     // it creates tables, or fills them
	Names        []string // of the tables, in lower case
	Dialect      string   // mysql, postgres, sqlite or sqlserver; "" where nothing tells
	MariaDB      bool     // written by MariaDB's own tool, or out of it
	Database     string   // the database that it goes on with
	// Creates says that it creates that database and stops where it is there already.
	Creates bool
	Owners  bool // gives what it creates to roles that it takes for granted
}

// maxNames is how many tables are told apart.
const maxNames = 2000

// Read looks at a file's statements: at the first words of each, and at those that
// only one server knows.
func Read(text string) Dump {
	l := lexer{text: text}
	var d Dump
	dropped := ""
	for {
		words, ok := l.statement(&d)
		if !ok {
			return d
		}
		d.statement(words, &dropped)
	}
}

// word is one of a statement; quoted ones are names.
type word struct {
	text   string
	quoted bool
}

func (w word) is(text string) bool { return !w.quoted && strings.EqualFold(w.text, text) }

// statement takes what a statement says.
func (d *Dump) statement(words []word, dropped *string) {
	at := func(i int) word {
		if i < len(words) {
			return words[i]
		}
		return word{}
	}
	for i, w := range words {
		if w.quoted {
			continue
		}
		switch strings.ToUpper(w.text) {
		case "AUTO_INCREMENT", "ENGINE", "UNSIGNED", "TINYINT", "LONGTEXT":
			d.dialect("mysql")
		case "SERIAL", "BIGSERIAL", "JSONB", "TIMESTAMPTZ", "BYTEA", "PLPGSQL":
			d.dialect("postgres")
		case "AUTOINCREMENT", "PRAGMA":
			d.dialect("sqlite")
		case "NVARCHAR", "IDENTITY", "GO", "DBO":
			d.dialect("sqlserver")
		case "OWNER":
			d.Owners = d.Owners || at(i+1).is("TO")
		}
	}
	switch first := at(0); {
	case first.is("INSERT"), first.is("COPY"), first.is("REPLACE"):
		d.Rows = true
	case first.is("USE"):
		d.Database = at(1).text
	case first.is("DROP") && at(1).is("DATABASE"):
		if *dropped = at(2).text; at(2).is("IF") {
			*dropped = at(4).text
		}
	case first.is("CREATE"):
		i := 1
		for at(i).is("TEMPORARY") || at(i).is("UNLOGGED") || at(i).is("OR") || at(i).is("REPLACE") {
			i++
		}
		switch {
		case at(i).is("TABLE"):
			d.Tables = true
			i++
			if at(i).is("IF") {
				i += 3
			}
			if at(i).is("public") { // PostgreSQL's schema: public.teas
				i++
			}
			name := at(i)
			if len(d.Names) < maxNames {
				d.Names = append(d.Names, strings.ToLower(name.text))
			}
		case at(i).is("DATABASE") || at(i).is("SCHEMA") && d.Dialect != "postgres":
			name := at(i + 1)
			kept := name.is("IF")
			if kept {
				name = at(i + 4)
			}
			if at(i).is("SCHEMA") && d.Dialect == "" {
				return // PostgreSQL has them within a database
			}
			d.Database = name.text
			d.Creates = !kept && name.text != *dropped
		}
	}
}

// dialect notes a word of one server; the first one counts.
func (d *Dump) dialect(name string) {
	if d.Dialect == "" {
		d.Dialect = name
	}
}
