package dotnet

import (
	"strings"
	"testing"
)

// TestSolutions holds which projects a repository is for: those that the solution at its root
// has, and not the ones that another solution below has for itself.
func TestSolutions(t *testing.T) {
	line := func(file string) string {
		return `Project("{9A19}") = "P", "` + file + `", "{B23B}"` + "\r\nEndProject\r\n"
	}
	for _, c := range []struct{ why, root, below, want string }{
		{"a step of a course", line(`src\Api\Api.csproj`), line(`Api\Api.csproj`), "src/Api"},
		{"both are in the root's", line(`src\Api\Api.csproj`) + line(`labs\1\Api\Api.csproj`), line(`Api\Api.csproj`), "src/Api labs/1/Api"},
		{"the other belongs to none", line(`src\Api\Api.csproj`), "", "src/Api labs/1/Api"},
		{"the root's has nothing that is there", line(`gone\Gone.csproj`), line(`Api\Api.csproj`), "src/Api labs/1/Api"},
		{"no list at the root", "", line(`Api\Api.csproj`), "src/Api labs/1/Api"},
	} {
		files := map[string]string{"src/Api/Api.csproj": sdk(".Web", ""), "src/Api/Program.cs": "app.Run();", "labs/1/Api/Api.csproj": sdk(".Web", ""), "labs/1/Api/Program.cs": "app.Run();", "shop.sln": c.root, "labs/1/lab.sln": c.below}
		var got []string
		for _, s := range scan(t, files).Services {
			got = append(got, s.Dir.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.why, got, c.want)
		}
	}
	files := map[string]string{"a/A.csproj": sdk(".Web", ""), "a/P.cs": "app.Run();", "b/B.csproj": sdk(".Web", ""), "b/P.cs": "app.Run();", "all.slnx": `<Solution><Folder Name="/src/"><Project Path="a/A.csproj" /></Folder></Solution>`, "b/b.slnx": `<Solution><Project Path="B.csproj" /></Solution>`}
	if got := scan(t, files).Services; len(got) != 1 || got[0].Dir.String() != "a" {
		t.Errorf("an XML solution: got %v", got)
	}
}
