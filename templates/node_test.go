package templates

import (
	"testing"

	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

func TestNodeInstall(t *testing.T) {
	input := func(source, target string) nodepkg.Input {
		return nodepkg.Input{Source: safe.RelPathOf(source), Target: safe.RelPathOf(target)}
	}
	many := nodepkg.Install{Root: safe.RelPathOf("web"), Cache: nodepkg.Cache{ID: safe.Slug("npm", ""), Target: safe.LabelOf("/root/.npm")}}
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		many.Inputs = append(many.Inputs, input("web/"+n+"/package.json", n+"/package.json"))
	}
	few := many
	few.Inputs = many.Inputs[:2]
	odd := many
	odd.Inputs = []nodepkg.Input{input("web/a,from=x/package.json", "a,from=x/package.json")}
	sources := few
	sources.Sources = true
	kept := few
	kept.Inputs = append(kept.Inputs[:1:1], nodepkg.Input{Source: safe.RelPathOf("web/.yarn/cache"), Target: safe.RelPathOf(".yarn/cache"), Dir: true, Keep: true})

	cases := []struct {
		why          string
		in           nodepkg.Install
		copies, runs string
	}{
		{"few files are bound", few, "", "RUN --mount=type=bind,source=web/a/package.json,target=a/package.json \\\n    --mount=type=bind,source=web/b/package.json,target=b/package.json \\\n    --mount=type=cache,id=npm,target=/root/.npm \\\n    npm ci"},
		{"many are copied with their folders", many, "COPY --parents \\\n    web/./a/package.json \\\n    web/./b/package.json \\\n    web/./c/package.json \\\n    web/./d/package.json \\\n    web/./e/package.json \\\n    web/./f/package.json \\\n    web/./g/package.json \\\n    web/./h/package.json \\\n    web/./i/package.json \\\n    web/./j/package.json \\\n    web/./k/package.json \\\n    ./", "RUN --mount=type=cache,id=npm,target=/root/.npm \\\n    npm ci"},
		{"a name that would add an option to a mount is copied", odd, `COPY --parents ["./web/./a,from=x/package.json", "./"]`, "RUN --mount=type=cache,id=npm,target=/root/.npm \\\n    npm ci"},
		{"a script that reads sources gets them", sources, "COPY web ./", "RUN --mount=type=cache,id=npm,target=/root/.npm \\\n    npm ci"},
		{"what the program runs out of stays in the image", kept, "COPY web/.yarn/cache ./.yarn/cache/", "RUN --mount=type=bind,source=web/a/package.json,target=a/package.json \\\n    --mount=type=cache,id=npm,target=/root/.npm \\\n    npm ci"},
	}
	for _, c := range cases {
		copies, err := nodeFuncs().Copies(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		}
		if copies != c.copies {
			t.Errorf("%s: got %s\nwant %s", c.why, copies, c.copies)
		}
		if got := nodeFuncs().Install(c.in, safe.ArgvOf("npm", "ci")); got != c.runs {
			t.Errorf("%s: got %s\nwant %s", c.why, got, c.runs)
		}
	}
}

func TestNodeSetup(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	got, err := nodeFuncs().Setup(nodepkg.Install{Setup: nodepkg.Setup{Tool: "bun"}}, c)
	if err != nil || got != "COPY --from=oven/bun:1 /usr/local/bin/bun /usr/local/bin/" {
		t.Errorf("bun: %q, %v", got, err)
	}
	if got, err := nodeFuncs().Setup(nodepkg.Install{}, c); got != "" || err != nil {
		t.Errorf("npm is in the image: %q, %v", got, err)
	}
}
