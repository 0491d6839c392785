package manifest

import "testing"

// FuzzParsers holds that no text makes a parser panic or run away.
func FuzzParsers(f *testing.F) {
	for _, s := range []string{`{"a": [1, {"b": 2}]}`, "[a]\nb = [1, {c = 2}]\n[[d]]\n[d.e]\n", "a: &x [b]\nc: *x\n", "A=\"1\n2\" # x\n#B=2\n", "cross-env A=1 npm run x -- y && exec \"$PORT\" ${A:-b}", "[tools]\nnode = \"1\"\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := dirOf(t, ".", map[string]string{"f": s, "mise.toml": s, ".tool-versions": s, ".env.example": s, "Procfile": s})
		var v any
		_, _ = JSON(d, "f", &v)
		_, _ = JSONC(d, "f", &v)
		_, _ = TOML(d, "f", nil)
		_, _ = YAML(d, "f", &v)
		_ = YAMLSections(d, "f", &v, "a")
		_, _ = Versions(d, "node", "f")
		_, _ = EnvExample(d)
		_, _ = Procfile(d, "Procfile")
		_, _ = Commands(s)
	})
}
