package source

import (
	"fmt"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ why, text, want string }{
		{"a comment", "a # b\nc", "a ⏎ c"},
		{"texts and escapes", `c("a\"b", 'c"d')`, `c ( "a"b" , "c"d" )`},
		{"a raw text", `x <- r"(a "b" \c)"`, `x <- "a "b" \c"`},
		{"a raw text with dashes", `R'---[a)' ]--']---'`, `"a)' ]--'"`},
		{"a raw text that is not closed", `r"(a`, `"a"`},
		{"names with dots, in backticks", "as.integer(`a b`)", "as.integer ( a b )"},
		{"no line end within parentheses", "f(a,\n  b)\n{\na\n}", "f ( a , b ) ⏎ { ⏎ a ⏎ }"},
		{"operators", "a %>% b |> c; pkg::d != 2L", "a %>% b |> c ; pkg :: d != 2"},
		{"a percent sign alone", "a % b\nc", "a b ⏎ c"},
		{"numbers", "1e-3 0x1F 8000L .5", "1e-3 0x1F 8000 .5"},
	} {
		var got []string
		all, _ := tokenize(c.text)
		for _, one := range all {
			switch one.Kind {
			case Newline:
				got = append(got, "⏎")
			case Text:
				got = append(got, `"`+one.S+`"`)
			default:
				got = append(got, one.S)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.why, s, c.want)
		}
	}
}

// TestRuns: what stands in a function, or is for somebody at a console, does not run.
func TestRuns(t *testing.T) {
	for _, c := range []struct {
		why, text string
		want      bool
	}{
		{"at the top", "runApp()", true},
		{"in a function", "go <- function(x) {\n  runApp()\n}", false},
		{"in a function without braces", "go <- function(x) runApp()\n", false},
		{"in a function on the next line", "go <- function(x)\n  runApp()\n", false},
		{"in a short function", `go <- \(x) runApp()`, false},
		{"behind a function", "go <- function(x) x\nrunApp()", true},
		{"for the console", "if (interactive()) {\n runApp()\n}", false},
		{"for the console, without braces", "if (interactive()) runApp()\n", false},
		{"not for the console", "if (!interactive()) runApp()", true},
		{"otherwise", "if (interactive()) print(1) else runApp()", true},
		{"in what catches errors", "tryCatch({\n  runApp()\n}, error = function(e) { print(e) })", true},
		{"what catches them", "tryCatch(1, error = function(e) { runApp() })", false},
		{"a default of an argument", "f <- function(x = c(1, 2)) {\n x\n}\nrunApp()", true},
	} {
		for _, call := range Parse("a.R", c.text).Calls {
			if call.Name == "runApp" && call.Runs() != c.want {
				t.Errorf("%s: runs is %v", c.why, call.Runs())
			}
		}
	}
}

func TestEval(t *testing.T) {
	for _, c := range []struct{ why, text, want string }{
		{"a number", "f(8000)", "8000 "},
		{"a text", `f("0.0.0.0")`, "0.0.0.0 "},
		{"a name", "port <- 8001\nf(port)", "8001 "},
		{"a name of a name", "a = 8001L\nb <- a\nf(b)", "8001 "},
		{"a variable", `f(Sys.getenv("PORT"))`, " PORT"},
		{"a variable with a default", `f(as.numeric(Sys.getenv("PORT", "8002")))`, "8002 PORT"},
		{"a named default", `f(as.integer(Sys.getenv("PORT", unset = 8003)))`, "8003 PORT"},
		{"a choice", `p <- Sys.getenv("PORT")` + "\n" + `f(if (nzchar(p)) as.integer(p) else 8004)`, "8004 PORT"},
		{"ifelse", `f(ifelse(Sys.getenv("PORT") == "", 8005, as.integer(Sys.getenv("PORT"))))`, "8005 PORT"},
		{"an operator for a default", `f(config$port %||% 8006)`, "8006 "},
		{"an option", `f(getOption("shiny.port", 8007))`, "8007 "},
		{"a path", `f(file.path("api", "plumber.R"))`, "api/plumber.R "},
		{"what only a run tells", "f(sample(1))", " "},
		{"itself", "a <- a\nf(a)", " "},
	} {
		f := Parse("a.R", c.text)
		for _, call := range f.Calls {
			if call.Name == "f" {
				v := f.Eval(call.Args[0].Value)
				if got := v.Text + " " + v.Env; got != c.want {
					t.Errorf("%s: got %q, want %q", c.why, got, c.want)
				}
			}
		}
	}
}

func TestPackages(t *testing.T) {
	f := Parse("a.R", `
library(shiny); require("DBI")
box::use(dplyr[filter, mutate], app/view/main, ./helpers, redux)
pacman::p_load(httr2, jsonlite)
x <- stringr::str_trim("library(nothing)")
# library(nothing)
`)
	var got []string
	for _, name := range []string{"shiny", "DBI", "dplyr", "redux", "httr2", "jsonlite", "stringr", "box", "app", "nothing", "helpers"} {
		if f.Uses(name) {
			got = append(got, name)
		}
	}
	if s := strings.Join(got, " "); s != "shiny DBI dplyr redux httr2 jsonlite stringr box" {
		t.Error(s)
	}
}

func TestPipes(t *testing.T) {
	f := Parse("a.R", "pr(\"plumber.R\") %>%\n  pr_run(\"0.0.0.0\", 8000)\npr_run(api, '::', 1)")
	var got []string
	for _, c := range f.Calls {
		if c.Name == "pr_run" {
			got = append(got, fmt.Sprint(f.Eval(c.Arg("host", 1)).Text, " ", f.Eval(c.Arg("port", 2)).Text))
		}
	}
	if s := strings.Join(got, "; "); s != "0.0.0.0 8000; :: 1" {
		t.Error(s)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"f(a, b = 2)", `r"(`, "function(x)", "if (interactive())", "a <- a", "#* @get /x", "((((", "))))", "a %>%", "f(f(f(", "`", "'", "\\", "x$y(", "a::b(c"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		parsed := Parse("a.R", text)
		for _, c := range parsed.Calls {
			for _, a := range c.Args {
				parsed.Eval(a.Value)
				parsed.Texts(a.Value)
				parsed.List(a.Value)
			}
			c.Arg("x", 0)
		}
	})
}
