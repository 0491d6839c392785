package elixir

import (
	"testing"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/scantest"
)

// What production needs of the environment, form by form.
func TestReads(t *testing.T) {
	for in, want := range map[string]read{
		`System.fetch_env!("A")`:                                        {name: "A", required: true},
		`System.get_env("A")`:                                           {name: "A"},
		`System.get_env("A") || raise "no"`:                             {name: "A", required: true},
		`System.get_env("A") || "d"`:                                    {name: "A", set: true, standard: "d"},
		`System.get_env("A", "d")`:                                      {name: "A", set: true, standard: "d"},
		`"A" |> System.get_env("4000") |> String.to_integer()`:          {name: "A", set: true, standard: "4000"},
		`String.to_integer(System.get_env("A"))`:                        {name: "A", required: true},
		`System.get_env("A") |> String.to_integer()`:                    {name: "A", required: true},
		`Map.fetch!(System.get_env(), "A")`:                             {name: "A", required: true},
		`[port: {:system, "A"}]`:                                        {name: "A"},
		`env!("A", :string)`:                                            {name: "A", required: true},
		`env!("A", :integer, 3)`:                                        {name: "A", set: true, standard: "3"},
		"if config_env() == :prod do\n System.fetch_env!(\"A\")\nend":   {name: "A", required: true},
		"if System.get_env(\"A\") do\n x\nend":                          {name: "A"},
		"if x do\n System.fetch_env!(\"A\")\nend":                       {name: "A"},
		"case config_env() do\n :prod -> System.fetch_env!(\"A\")\nend": {name: "A", required: true},
		`"//#{System.fetch_env!("A")}/"`:                                {name: "A", required: true},
	} {
		c := &configFile{name: "config/runtime.exs", dir: scantest.Dir(t, detect.Choices{}, nil), vars: variables{}}
		for _, n := range source.Parse([]byte(in)).Body {
			c.visit(n, false, false)
		}
		if len(c.reads) != 1 {
			t.Errorf("%s: %d reads", in, len(c.reads))
			continue
		}
		got := c.reads[0]
		if got.name != want.name || got.required != want.required || got.set != want.set || got.standard != want.standard {
			t.Errorf("%s\n got %+v\nwant %+v", in, got, want)
		}
	}
	for _, in := range []string{
		"if config_env() == :dev do\n System.fetch_env!(\"A\")\nend",
		"if Mix.env() in [:dev, :test] do\n System.fetch_env!(\"A\")\nend",
		"unless config_env() == :prod do\n System.fetch_env!(\"A\")\nend",
		"case config_env() do\n :test -> System.fetch_env!(\"A\")\nend",
		`# System.fetch_env!("A")`,
		`System.put_env("a", "b")`,
	} {
		c := &configFile{name: "x", dir: scantest.Dir(t, detect.Choices{}, nil), vars: variables{}}
		for _, n := range source.Parse([]byte(in)).Body {
			c.visit(n, false, false)
		}
		if len(c.reads) != 0 {
			t.Errorf("%s reads %+v", in, c.reads)
		}
	}
}
