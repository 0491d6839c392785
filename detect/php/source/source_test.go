package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func kinds(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text + "|")
	}
	return b.String()
}

func TestTokens(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"what stands outside is none":     {"<p>imap_open()</p><?php f(); ?> g() <?= h() ?>", "f|(|)|;|h|(|)|"},
		"comments":                        {"<?php // a()\n# b()\n/* c() */ d(); // e() ?> f()", "d|(|)|;|"},
		"an attribute is no comment":      {"<?php #[AsSchedule('x')] class A {}", "#[|AsSchedule|(|x|)|]|class|A|{|}|"},
		"strings":                         {`<?php 'it\'s' . "a $b" . "c\"d";`, "it's|.|a $b|.|c\"d|;|"},
		"a heredoc and its indented end":  {"<?php f(<<<SQL\n  SELECT ';' \n  SQL, 1);", "f|(|  SELECT ';' |,|1|)|;|"},
		"a nowdoc":                        {"<?php $x = <<<'E'\n$y f()\nE;\ng();", "$x|=|$y f()|;|g|(|)|;|"},
		"a name with its namespace":       {`<?php new \App\Http\Kernel;`, `new|\App\Http\Kernel|;|`},
		"XML is no PHP":                   {"<?xml version='1.0'?><?php f();", "f|(|)|;|"},
		"a string that does not end":      {"<?php 'abc", "abc|"},
		"a comment that does not end":     {"<?php /* abc", ""},
		"a heredoc that does not end":     {"<?php <<<X\nabc", ""},
		"a shift of bits is no heredoc":   {"<?php 1 <<< 2;", "1|<<<|2|;|"},
		"nothing":                         {"", ""},
		"an opening tag that is the last": {"<?", ""},
	} {
		if got := kinds(Tokens(tt.text)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, tt.want)
		}
	}
}

func TestReturned(t *testing.T) {
	v, ok := Returned(Tokens(`<?php
use Illuminate\Support\Str;
return [
    'default' => env('DB_CONNECTION', 'mysql'),
    'cast' => (bool) env('FLAG', false),
    'either' => env('A') ?? env('B'),
    'short' => env('C') ?: 'x',
    'joined' => 'a' . 'b',
    'unknown' => Str::slug(env('APP_NAME'), '_') . '_x',
    'old' => array('x' => 1, 2),
    'nested' => ['redis' => ['client' => env('REDIS_CLIENT', 'phpredis')]],
    'closure' => fn ($x) => ['a' => 1],
    Foo::class => Bar::class,
    'last' => true,
];`))
	if !ok {
		t.Fatal("nothing is returned")
	}
	type env struct{ Name, Default string }
	got := map[string]env{}
	for _, path := range []string{"default", "cast", "either", "short", "nested/redis/client"} {
		e, _ := v.Get(strings.Split(path, "/")...)
		name, fallback, ok := e.Env()
		if !ok {
			t.Errorf("%s reads no variable", path)
		}
		got[path] = env{name, fallback.Text}
	}
	if diff := cmp.Diff(map[string]env{
		"default": {"DB_CONNECTION", "mysql"}, "cast": {"FLAG", "false"}, "either": {"A", ""}, "short": {"C", ""}, "nested/redis/client": {"REDIS_CLIENT", "phpredis"},
	}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if j, _ := v.Get("joined"); j.Kind != Text || j.Text != "ab" {
		t.Errorf("joined is %+v", j)
	}
	if u, _ := v.Get("unknown"); u.Kind != Unknown {
		t.Errorf("unknown is %+v", u)
	}
	if l, ok := v.Get("last"); !ok || l.Text != "true" {
		t.Errorf("what follows a closure is lost: %+v", l)
	}
	if c, _ := v.Get("Foo"); c.Text != "Bar" {
		t.Errorf("a class as a key: %+v", c)
	}
}

// A return inside of a function is not the file's.
func TestReturnOfAFunction(t *testing.T) {
	v, ok := Returned(Tokens("<?php function f() { return [1]; } return ['a' => 'b'];"))
	if a, _ := v.Get("a"); !ok || a.Text != "b" {
		t.Errorf("%+v", v)
	}
}

func TestUses(t *testing.T) {
	var got []string
	for _, u := range Uses(Tokens(`<?php
namespace App;
function image_size() {}
if (extension_loaded('imagick') && class_exists('Imagick')) { new Imagick(); }
$this->gmp_add(1); Foo::imap_open(); \gmp_mul(2, 3);
$db = new \PDO('mysql:host=x');
$r = $x instanceof ZipArchive;
echo NumberFormatter::create('de');
`)) {
		word := u.Name
		if u.New {
			word = "new " + word
		}
		if u.Guarded {
			word += "?"
		}
		got = append(got, word)
	}
	want := []string{"extension_loaded", "class_exists", "new imagick?", "new foo", "gmp_mul", "new pdo", "new ziparchive", "new numberformatter"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEnvs(t *testing.T) {
	var got []EnvRead
	for _, e := range Envs(Tokens(`<?php
$a = getenv('DB_HOST') . ';dbname=' . (getenv("DB_NAME") ?: 'x');
$b = env('APP_KEY'); $c = env('MAIL', null);
$d = $_ENV['TOKEN'] ?? 'none'; $e = $_SERVER['HTTP_HOST']; $f = $_SERVER['APP_ENV'];
$_ENV['SET'] = 1; $this->env('METHOD'); getenv($name); getenv("X_$y");
`)) {
		e.Line = 0
		got = append(got, e)
	}
	want := []EnvRead{{Name: "DB_HOST"}, {Name: "DB_NAME"}, {Name: "APP_KEY"}, {Name: "MAIL", Set: true}, {Name: "TOKEN", Default: "none", Set: true}, {Name: "APP_ENV"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// No text makes the reader panic or run on.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"<?php return ['a' => env('X', [1, (2)]), ];", "<?php <<<A\nA", "<?php [[[(((", "<?= \"${a['b']}\" ?>", "<?php f(a: 1, ...$x)[0]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens := Tokens(s)
		Returned(tokens)
		Uses(tokens)
		Envs(tokens)
		Declared(tokens)
	})
}

// Deep nesting is left alone, in time.
func TestDeep(t *testing.T) {
	for _, s := range []string{"[", "(", "array(", "f(", "(int)", "{"} {
		Returned(Tokens("<?php return " + strings.Repeat(s, 100_000)))
	}
	Uses(Tokens("<?php " + strings.Repeat("f(", 100_000)))
}
