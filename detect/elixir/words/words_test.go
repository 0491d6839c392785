package words

import (
	"strings"
	"testing"
)

func show(t Term) string {
	var items []string
	for _, i := range t.Items {
		items = append(items, show(i))
	}
	switch {
	case t.Shape == "{":
		return "{" + strings.Join(items, " ") + "}"
	case t.Shape == "[":
		return "[" + strings.Join(items, " ") + "]"
	case t.Kind == String:
		return `"` + t.Text + `"`
	}
	return t.Text
}

func TestTerms(t *testing.T) {
	for in, want := range map[string]string{
		`{deps, [cowboy, {jsx, "3.1.0"}]}. % a comment`: `{deps [cowboy {jsx "3.1.0"}]}`,
		"{a, 'quoted atom'}.\n{b, <<\"bin\">>}.":        `{a quoted atom} {b "bin"}`,
		`[{port, 8080}].`:                               `[{port 8080}]`,
		`{release, {x, git}, [sasl, x]}.`:               `{release {x git} [sasl x]}`,
		`{c, $%, 1}.`:                                   `{c 0 1}`,
		`{"a \" b"}`:                                    `{"a " b"}`,
		`[[[`:                                           `[[[]]]`,
	} {
		var got []string
		for _, term := range Terms(in) {
			got = append(got, show(term))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s\n got %s\nwant %s", in, s, want)
		}
	}
}

func TestCalls(t *testing.T) {
	got := Calls(Erlang(`start() -> cowboy:start_clear(http, [{port, port()}], #{}), % cowboy:stop(x)
	os:getenv("A").`), ":")
	if len(got) != 2 || got[0].Name != "start_clear" || len(got[0].Args) != 3 || got[1].Args[0][0].Text != "A" {
		t.Errorf("%+v", got)
	}
	got = Calls(Gleam(`pub fn main() { x |> mist.port(8000) |> mist.start } // mist.port(1)`), ".")
	if len(got) != 1 || got[0].Args[0][0].Text != "8000" {
		t.Errorf("%+v", got)
	}
}

// Any text is taken, and in time.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"{a,", "<<<<", "\"", "'", "$", strings.Repeat("[", 5000), "a:b(", "$\\", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Terms(s)
		Calls(Erlang(s), ":")
		Calls(Gleam(s), ".")
	})
}
