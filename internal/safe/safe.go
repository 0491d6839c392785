// Package safe holds the value types that cross from an inspected project into
// a written file. Everything read from a project is hostile: a constructor here
// is the only way to make such a value, and it refuses what could change the
// meaning of a Dockerfile, a Compose file, a shell word or a terminal line.
//
// A zero value means "not set" and prints as the empty string.
package safe

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text reports why s can't stand in a written file: a control character (line
// breaks of any script included), a bidirectional override (CVE-2021-42574) or
// invalid UTF-8.
func Text(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("is not valid UTF-8")
	}
	for _, r := range s {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return fmt.Errorf("holds the control character %U", r)
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Errorf("holds the bidirectional control %U", r)
		}
	}
	return nil
}

// Visible returns s with what Text refuses escaped as Go writes it, for messages.
func Visible(s string) string {
	if Text(s) == nil {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch part := s[i : i+size]; {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Text(part) != nil:
			q := fmt.Sprintf("%+q", r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(part)
		}
		i += size
	}
	return b.String()
}

type str struct{ s string }

func (v str) String() string { return v.s }

// IsZero reports whether the value is not set.
func (v str) IsZero() bool { return v.s == "" }

// MarshalJSON writes the value as a JSON string.
func (v str) MarshalJSON() ([]byte, error) { return json.Marshal(v.s) }

// maxWord is the length of the longest word that is taken: counted here, for a
// count in a regular expression is paid for at every start of the program.
const maxWord = 128

func match(kind, hint string, re *regexp.Regexp, s string) (str, error) {
	if len(s) > maxWord || !re.MatchString(s) {
		return str{}, fmt.Errorf("%q is not a %s: %s", s, kind, hint)
	}
	return str{s}, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
