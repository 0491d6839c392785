package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockgen/internal/safe"
)

// parseArgv reads a command as a person types it into words, for a container
// runs a program and no shell. The form of a Dockerfile, ["node", "server.js"],
// is taken too.
func parseArgv(s string) (safe.Argv, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "[") {
		var words []string
		if err := json.Unmarshal([]byte(s), &words); err == nil {
			return safe.NewArgv(words...)
		}
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(s), "")
	if err != nil {
		var pe syntax.ParseError
		if errors.As(err, &pe) {
			return safe.Argv{}, fmt.Errorf("%q is not a command: %s", safe.Visible(s), pe.Text)
		}
		return safe.Argv{}, fmt.Errorf("%q is not a command: %w", safe.Visible(s), err)
	}
	if len(file.Stmts) == 0 {
		return safe.Argv{}, fmt.Errorf("%q names no program", safe.Visible(s))
	}
	shell := func(what string) (safe.Argv, error) {
		return safe.Argv{}, withHint(fmt.Errorf("%q needs a shell: it has %s", safe.Visible(s), what),
			"put it into a script of the project and name that, or take a base with a shell: %s", safe.Quote("sh -c "+safe.Quote(s)))
	}
	if len(file.Stmts) > 1 {
		return shell("several commands")
	}
	stmt := file.Stmts[0]
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	switch {
	case !ok:
		return shell("more than one plain command")
	case len(stmt.Redirs) > 0:
		return shell("a redirection")
	case stmt.Background || stmt.Negated:
		return shell("'&' or '!'")
	case len(call.Assigns) > 0:
		name := call.Assigns[0].Name.Value
		return safe.Argv{}, withHint(fmt.Errorf("%q sets the variable %s before the command", safe.Visible(s), name),
			"leave it out, and set %s where the container is started", name)
	}
	var words []string
	for _, w := range call.Args {
		word, ok := plainWord(w.Parts, false)
		if !ok {
			return shell("an expansion")
		}
		words = append(words, word)
	}
	return safe.NewArgv(words...)
}

// plainWord is the text of a word that needs no shell to be read.
func plainWord(parts []syntax.WordPart, quoted bool) (string, bool) {
	var b strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if !quoted && unescapedGlob(p.Value) {
				return "", false
			}
			b.WriteString(unescape(p.Value, quoted))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			inner, ok := plainWord(p.Parts, true)
			if !ok {
				return "", false
			}
			b.WriteString(inner)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// unescapedGlob reports whether a shell would expand the word to file names, or ~ to a home.
func unescapedGlob(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '~':
			if i == 0 {
				return true
			}
		}
	}
	return false
}

// unescape takes the backslashes out of a literal: outside of quotes each
// stands for the next character, in double quotes before $, `, " and \ alone
// (POSIX, XCU 2.2).
func unescape(s string, quoted bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.ContainsRune("$`\"\\\n", rune(s[i+1]))) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
