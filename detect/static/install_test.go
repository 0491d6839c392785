package static

import (
	"testing"

	"dockgen/internal/scantest"
)

func TestPythonOfItsTime(t *testing.T) {
	const files = "-- mkdocs.yml --\nsite_name: x\n-- requirements.txt --\nmkdocs==1.3.0\n"
	for _, c := range []struct{ name, more, want string }{
		{"a plug-in that takes what is gone", "mkdocs-minify-plugin==0.2.3\n", "3.12"},
		{"htmlmin itself", "htmlmin\n", "3.12"},
		{"a newer plug-in", "mkdocs-minify-plugin==0.8.0\n", ""},
		{"one that is not pinned", "mkdocs-minify-plugin\n", ""},
		{"another one", "pygments==2.7.4\n", ""},
		{"what the project asks for", "htmlmin\n-- .python-version --\n3.14\n", "3.14"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scantest.One(t, scan(t, files+c.more))
			if got := s.Version.V.String(); c.want != "" && got != c.want || c.want == "" && got == "3.12" {
				t.Errorf("Python %s, want %s", got, c.want)
			}
		})
	}
}
