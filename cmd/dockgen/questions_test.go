package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
)

// Every question of the wizard is a flag, in a group of the help text, with a
// completion; and every flag about an answer is a question.
func TestEveryQuestionIsAFlag(t *testing.T) {
	io, _, _ := testStreams()
	cmd := newInit(io, nil)
	// The list: a flag that is lost breaks scripts.
	want := []string{"service", "lang", "lang-version", "package-manager", "server", "main", "build", "start", "port", "base", "health", "name", "only", "with", "without", "service-version", "dev", "debug", "network"}
	var ids []string
	for _, q := range questions() {
		ids = append(ids, q.id)
		f := cmd.Flags().Lookup(q.id)
		if f == nil {
			t.Errorf("the question %s is no flag", q.id)
			continue
		}
		if f.Usage != q.usage || f.Value.Type() != q.values {
			t.Errorf("--%s says %q (%s), the question %q (%s)", q.id, f.Usage, f.Value.Type(), q.usage, q.values)
		}
		if len(f.Annotations[groupKey]) != 1 {
			t.Errorf("--%s has no group in the help text", q.id)
		}
		if _, ok := cmd.GetFlagCompletionFunc(q.id); !ok {
			t.Errorf("--%s has no completion", q.id)
		}
		if q.label == "" || q.usage == "" || q.lay == nil || q.now == nil || q.closed && q.candidates == nil {
			t.Errorf("the question %s is not whole", q.id)
		}
	}
	for _, id := range want {
		if !slices.Contains(ids, id) {
			t.Errorf("there is no question %s", id)
		}
	}
	var help strings.Builder
	cmd.SetOut(&help)
	cmd.SetErr(&help)
	if err := usage(cmd); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if !strings.Contains(help.String(), "--"+id+" ") {
			t.Errorf("--%s is in no group of the help text", id)
		}
	}
}

// What holds for a question, given as the answer, changes nothing: else the
// default that the wizard shows would not be the default.
func TestWhatHoldsIsAnAnswer(t *testing.T) {
	p := fakeProject(t, map[string]string{}, one)
	f, err := p.propose(t.Context(), answers{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions() {
		h := q.now(f)
		given, err := p.propose(t.Context(), answers{q.id: {h.value, detect.Answer}})
		if err != nil {
			t.Errorf("--%s %q: %v", q.id, h.value, err)
			continue
		}
		for i, c := range given.changes {
			if string(c.New) != string(f.changes[i].New) {
				t.Errorf("--%s %q, which holds anyway, changes %s:\n%s\n%s", q.id, h.value, c.Path, f.changes[i].New, c.New)
			}
		}
	}
}

func TestAnswersAreRefused(t *testing.T) {
	tests := []struct{ flag, value, want, hint string }{
		{"lang-version", "20-alpine", `"20-alpine" is not a version`, "--lang-version 20 --base alpine"},
		{"lang-version", "latest", `"latest" is not a version`, ""},
		{"lang", "cobol", `"cobol" is none of go`, ""},
		{"package-manager", "npm", `"npm" is none of fast, slow`, ""},
		{"service", "db", `"db" is none of web`, ""},
		{"main", "./cmd/worker", `"./cmd/worker" does not exist`, "--main ./cmd/web"},
		{"main", "app:app", `nothing starts from "app:app"`, "--main ./cmd/web"},
		{"port", "0", "0 is not a port", ""},
		{"port", "http", `"http" is not a port`, ""},
		{"base", "ubuntu", `"ubuntu"`, ""},
		{"health", "healthz", `"healthz" is not a URL path`, ""},
		{"name", "My App", `"My App" is not a name`, "--name my-app"},
		{"only", "dockerfile,makefile", `"makefile" is none of dockerfile, dockerignore, compose`, ""},
		{"with", "db2", `"db2" is none of clickhouse, `, ""},
		{"without", "db2", `"db2" is none of clickhouse, `, ""},
		{"service-version", "postgres", `"postgres" is not NAME=VERSION`, "--service-version postgres=17"},
		{"service-version", "db2=1", `no image is known for the service "db2"`, ""},
		{"service-version", "postgres=9.6", "12 to 18", ""},
		{"network", "My Proxy", `"My Proxy" is not a name`, ""},
		{"start", "a && b", "needs a shell", "'sh -c '"},
		{"start", "PORT=1 app", "sets the variable PORT", ""},
		{"start", "app > log", "needs a shell: it has more than the words", ""},
		{"start", "app $PORT", "needs a shell: it has the variable $PORT", ""},
		{"start", "app 'x", "is not a command", ""},
		{"build", "  ", "names no program", ""},
	}
	for _, tt := range tests {
		t.Run(tt.flag+" "+tt.value, func(t *testing.T) {
			p := fakeProject(t, map[string]string{}, one)
			_, err := p.propose(t.Context(), answers{tt.flag: {tt.value, detect.Flag}})
			if err == nil {
				t.Fatal("no error")
			}
			if got := exitCode(t.Context(), err); got != exitUsage {
				t.Errorf("exit code %d, want %d", got, exitUsage)
			}
			io, _, said := testStreams()
			report(io, err, exitUsage)
			for _, want := range []string{"--" + tt.flag + ": ", tt.want, tt.hint} {
				if !strings.Contains(said.String(), want) {
					t.Errorf("the error has no %q:\n%s", want, said)
				}
			}
		})
	}
}

// A script can't be asked: an open question is an error that names the flag and
// the candidates; with --yes the best is taken, and said.
func TestOpenQuestionsInAScript(t *testing.T) {
	p := fakeProject(t, map[string]string{}, two)
	io, _, said := testStreams()
	opts := &initOptions{Answers: answers{}}
	_, err := decide(t.Context(), io, p, opts)
	if exitCode(t.Context(), err) != exitUsage || !strings.Contains(err.Error(), "--service is one of\n  web  go server") || !strings.Contains(err.Error(), "\n  api  go server") {
		t.Errorf("error %v", err)
	}
	opts.Yes = true
	f, err := decide(t.Context(), io, p, opts)
	if err != nil || len(f.meant) != 2 || !strings.Contains(said.String(), "took --all: web, api") {
		t.Errorf("%d are meant, error %v, said:\n%s", len(f.meant), err, said)
	}
	p = fakeProject(t, map[string]string{}, unknown)
	if _, err = decide(t.Context(), io, p, opts); exitCode(t.Context(), err) != exitUsage || !strings.Contains(err.Error(), "the start command is not known") {
		t.Errorf("a start command was made up: error %v", err)
	}
}

// A name that is given is no way to lose the service that is meant.
func TestServiceAndName(t *testing.T) {
	p := fakeProject(t, map[string]string{}, two)
	f, err := p.propose(t.Context(), answers{"service": {"api", detect.Flag}, "name": {"front", detect.Flag}})
	if err != nil {
		t.Fatal(err)
	}
	if f.service.Main.V.String() != "./cmd/api" || f.service.Name.String() != "front" {
		t.Errorf("service %s named %s", f.service.Main.V, f.service.Name)
	}
}

func TestParseArgv(t *testing.T) {
	tests := map[string][]string{
		`node dist/main.js`:         {"node", "dist/main.js"},
		`["node", "a b"]`:           {"node", "a b"},
		`app --x='a b' "c\"d" e\ f`: {"app", "--x=a b", `c"d`, "e f"},
		`java -jar "a\b.jar"`:       {"java", "-jar", `a\b.jar`},
		`app '*.go' "~"`:            {"app", "*.go", "~"},
		`uvicorn app:app # comment`: {"uvicorn", "app:app"},
	}
	for in, want := range tests {
		got, err := parseArgv(in)
		if err != nil || !slices.Equal(got.Args(), want) {
			t.Errorf("parseArgv(%s) = %q, %v, want %q", in, got.Args(), err, want)
		}
	}
}

func TestFlagsBecomeOptions(t *testing.T) {
	io, _, _ := testStreams()
	tests := []struct {
		args []string
		want initOptions
		code code
	}{
		{[]string{}, initOptions{Dir: ".", Answers: answers{}}, exitDone},
		{[]string{"app", "-y", "--force"}, initOptions{Dir: "app", Yes: true, Force: true, Answers: answers{}}, exitDone},
		{[]string{"--port", "1", "--health=none", "--diff"}, initOptions{Dir: ".", Diff: true, Answers: answers{"port": {"1", detect.Flag}, "health": {"none", detect.Flag}}}, exitDone},
		{[]string{"--diff", "--json"}, initOptions{}, exitUsage},
		{[]string{"a", "b"}, initOptions{}, exitUsage},
		{[]string{"--port="}, initOptions{}, exitUsage},
		{[]string{"--prot", "1"}, initOptions{}, exitUsage},
	}
	for _, tt := range tests {
		var got *initOptions
		root := newRoot(io)
		for _, c := range root.Commands() {
			if c.Name() == "init" {
				root.RemoveCommand(c)
			}
		}
		root.AddCommand(newInit(io, func(_ context.Context, o *initOptions) error { got = o; return nil }))
		root.SetArgs(append([]string{"init"}, tt.args...))
		err := root.ExecuteContext(t.Context())
		if c := exitCode(t.Context(), err); c != tt.code {
			t.Errorf("%q: exit code %d (%v), want %d", tt.args, c, err, tt.code)
			continue
		}
		if err == nil && (got.Dir != tt.want.Dir || got.Yes != tt.want.Yes || got.Diff != tt.want.Diff || got.Force != tt.want.Force || len(got.Answers) != len(tt.want.Answers)) {
			t.Errorf("%q: options %+v, want %+v", tt.args, *got, tt.want)
		}
		for id, a := range tt.want.Answers {
			if got.Answers[id] != a {
				t.Errorf("%q: answer %s %+v, want %+v", tt.args, id, got.Answers[id], a)
			}
		}
	}
}

// A debugger attaches to the server for development, which needs no flag of its own then.
func TestDebugIsForDevelopment(t *testing.T) {
	p := fakeProject(t, map[string]string{}, one)
	for _, tt := range []struct {
		given      answers
		dev, debug bool
	}{
		{answers{}, false, false},
		{answers{"dev": {yes, detect.Flag}}, true, false},
		{answers{"debug": {yes, detect.Flag}}, true, true},
		{answers{"dev": {yes, detect.Flag}, "debug": {no, detect.Flag}}, true, false},
	} {
		f, err := p.propose(t.Context(), tt.given)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.settings.plan; got.Dev != tt.dev || got.Debug != tt.debug {
			t.Errorf("%v: dev %v, debug %v", tt.given, got.Dev, got.Debug)
		}
	}
}
