package haskell

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Detectors: []detect.Detector{Detector{}}}, files)
}

func TestPrograms(t *testing.T) {
	for _, c := range []struct{ why, file, text, want string }{
		{"a library", "a.cabal", "name: a\nlibrary\n  build-depends: warp\n", "library: a.cabal has no executable"},
		{"a comment says nothing", "a.cabal", "name: a\nlibrary\n-- executable b\n", "library: a.cabal has no executable"},
		{"a stanza that imports one", "a.cabal", "common x\n  build-depends: scotty\ncommon y\n  import: x\nexecutable b\n  import: y\n", "b server scotty"},
		{"a dependency under a condition", "a.cabal", "executable b\n  if flag(web)\n    build-depends:\n      warp >=3 && <4\n  else\n    build-depends: text\n", "b server warp"},
		{"the tests do not count", "a.cabal", "executable b\n  build-depends: base\ntest-suite c\n  build-depends: warp\n", "b cli "},
		{"the server beside a tool", "a.cabal", "executable seed\n  build-depends: base\nexecutable api\n  build-depends: servant-server\n", "api server servant"},
		{"braces", "a.cabal", "Name: a\nExecutable b {\n  Main-is: B.hs\n  Build-depends: snap-server\n}\n", "b server snap"},
		{"a list in braces", "a.cabal", "executable b\n  build-depends: base ^>={4.18, 4.19}, warp:{warp, tls}\n", "b server warp"},
		{"hpack without anything to build", "package.yaml", "name: a\nexecutable: {main: A.hs}\n", "package.yaml has neither stack.yaml nor a .cabal file beside it: run hpack and commit what it writes"},
		{"somebody else's package.yaml", "package.yaml", "name: a\nscripts: {}\n", ""},
	} {
		p := scan(t, map[string]string{c.file: c.text})
		var got []string
		for _, s := range p.Services {
			got = append(got, s.Main.V.String()+" "+string(s.Kind)+" "+s.Framework.V)
		}
		for _, n := range p.Notes {
			got = append(got, n.Text)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: got %q, want %q", c.why, s, c.want)
		}
	}
}

func TestVersion(t *testing.T) {
	const program = "\nexecutable b\n  build-depends: base"
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"nothing said", map[string]string{"a.cabal": program}, ""},
		{"bounds that the default meets", map[string]string{"a.cabal": program + " >=4.14 && <5"}, "9.10"},
		{"one line of base", map[string]string{"a.cabal": program + " ^>=4.18"}, "9.6"},
		{"a star", map[string]string{"a.cabal": program + " ==4.19.*"}, "9.8"},
		{"what is tested", map[string]string{"a.cabal": "tested-with: GHC == 9.6.3, GHC == 9.4.7" + program + " <5"}, "9.6"},
		{"a lock", map[string]string{"a.cabal": program, "cabal.project.freeze": "constraints: any.aeson ==2.2.1.0,\n             any.base ==4.18.2.1"}, "9.6.6"},
		{"a compiler by name", map[string]string{"a.cabal": program, "cabal.project": "packages: .\nwith-compiler: ghc-9.8.4"}, "9.8.4"},
		{"a snapshot", map[string]string{"a.cabal": program, "stack.yaml": "resolver: lts-23.10"}, "9.8"},
		{"a snapshot by its address", map[string]string{"a.cabal": program, "stack.yaml": "snapshot:\n  url: https://x.test/master/lts/22/13.yaml"}, "9.6"},
		{"a compiler in its place", map[string]string{"a.cabal": program, "stack.yaml": "resolver: lts-23.10\ncompiler: ghc-9.6.6"}, "9.6.6"},
		{"a snapshot of the project's", map[string]string{"a.cabal": program, "stack.yaml": "resolver: ./snap.yaml", "snap.yaml": "resolver: lts-24.1"}, "9.10"},
		{"a nightly", map[string]string{"a.cabal": program, "stack.yaml": "resolver: nightly-2026-01-02"}, ""},
	} {
		p := scan(t, c.files)
		if len(p.Services) != 1 {
			t.Errorf("%s: %v", c.why, p.Notes)
		} else if got := p.Services[0].Version.V.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestPort(t *testing.T) {
	for _, c := range []struct {
		source, env string
		want        int
	}{
		{"main = scotty 4000 app", "", 4000},
		{"main = run port app\n  where port = 4001", "", 4001},
		{"main = runSettings (setPort 4002 defaultSettings) app", "", 4002},
		{"main = runEnv 4003 app", "PORT", 4003},
		{"main = do { p <- fromMaybe 4004 . (>>= readMaybe) <$> lookupEnv \"PORT\"; run p app }", "PORT", 4004},
		{"-- run 5000\n{- run 5001 {- -} run 5002 -}\nx = \"run 5003\"\nmain = run 4005 app", "", 4005},
		{"x = '\"'\nmain = run 4006 app -- \"", "", 4006},
		{"a --> b = run\nmain = putStrLn \"a\\\n  \\b\" >> run 4007 app", "", 4007},
		{"main = serve", "", 3000},
	} {
		p := scan(t, map[string]string{"a.cabal": "executable b\n  hs-source-dirs: app\n  build-depends: warp\n", "app/Main.hs": c.source})
		if s := p.Services[0]; int(s.Port.V) != c.want || s.PortEnv.String() != c.env {
			t.Errorf("%s: got %d and %q, want %d and %q", c.source, s.Port.V, s.PortEnv, c.want, c.env)
		}
	}
}

func TestWorkspace(t *testing.T) {
	p := scan(t, map[string]string{
		"stack.yaml":             "resolver: lts-22.1\npackages: [web, store]",
		"web/package.yaml":       "name: web\ndependencies: [base, store]\nexecutables:\n  web: {main: Main.hs, source-dirs: app, dependencies: {warp: '>= 3'}}",
		"web/app/Main.hs":        "main = getEnv \"DATABASE_URL\" >>= run 4000 . app",
		"store/store.cabal":      "name: store\nlibrary\n  hs-source-dirs: src\n  build-depends: postgresql-simple\n",
		"store/src/Store.hs":     "x = connect =<< lookupEnv \"PGHOST\"",
		"store/test/Integral.hs": "y = lookupEnv \"ONLY_TESTS\"",
	})
	if len(p.Services) != 1 {
		t.Fatalf("%v", p.Notes)
	}
	s := p.Services[0]
	if s.Root.String() != "." || s.Dir.String() != "web" || s.PackageManager.V != "stack" {
		t.Errorf("root %s, dir %s, %s", s.Root, s.Dir, s.PackageManager.V)
	}
	var env []string
	for _, e := range s.Env {
		env = append(env, e.Name.String())
	}
	if slices.Sort(env); !slices.Equal(env, []string{"DATABASE_URL", "PGHOST"}) {
		t.Errorf("reads %v", env)
	}
	if len(s.Needs) != 1 || s.Needs[0].Name != "postgres" || len(s.Needs[0].Settings) != 2 {
		t.Errorf("needs %+v", s.Needs)
	}
	var manifests []string
	for _, m := range s.Facts.(*Facts).Manifests {
		manifests = append(manifests, m.String())
	}
	if want := []string{"stack.yaml", "store/store.cabal", "web/package.yaml"}; !slices.Equal(manifests, want) {
		t.Errorf("manifests %v", manifests)
	}
}

func FuzzReaders(f *testing.F) {
	f.Add("name: a\nexecutable b {\n build-depends: base ^>={4.18, 4.19} || (<3\n", "x = \"a\\\n \\b\" {- -- run 3")
	f.Fuzz(func(t *testing.T, cabal, source string) {
		for _, s := range sections(cabal) {
			for _, item := range items(s.fields["build-depends"].text, false) {
				_, bounds := dependency(item)
				inRange("4.18.1", bounds)
			}
		}
		tokens(source)
	})
}
