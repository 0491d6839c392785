package rust

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
)

// framework is a crate that a program is built around.
type framework struct {
	crate    string
	name     string // as people call it, where it differs
	port     int    // where its programs listen that name none; 0: they always name one
	worker   bool   // it runs without listening
	graceful bool   // it ends by itself on SIGTERM
}

// frameworks are in the order in which one decides where a program has several:
// what is built on another comes first.
func frameworks() []framework {
	return []framework{
		{crate: "leptos", port: 3000},
		{crate: "dioxus", port: 8080},
		{crate: "loco-rs", name: "loco", port: 5150, graceful: true},
		{crate: "cot", port: 8000},
		{crate: "pavex", port: 8000},
		{crate: "rocket", port: 8000, graceful: true},    // https://api.rocket.rs/v0.5/rocket/config/struct.Shutdown
		{crate: "actix-web", port: 8080, graceful: true}, // https://actix.rs/docs/server: SIGTERM is a graceful shutdown
		{crate: "ntex", port: 8080, graceful: true},
		{crate: "axum", port: 3000},
		{crate: "poem", port: 3000},
		{crate: "salvo", port: 8698},
		{crate: "warp", port: 3030},
		{crate: "tide", port: 8080},
		{crate: "viz", port: 3000},
		{crate: "trillium", port: 8080, graceful: true},
		{crate: "gotham", port: 7878},
		{crate: "thruster", port: 4321},
		{crate: "iron", port: 3000},
		{crate: "nickel", port: 6767},
		{crate: "rouille", port: 8000},
		{crate: "tonic", port: 50051},
		{crate: "tarpc", port: 50051},
		{crate: "jsonrpsee", port: 9944},
		{crate: "hyper", port: 3000},
		{crate: "tiny_http", port: 8000},
		{crate: "astra", port: 3000},
		{crate: "serenity", worker: true},
		{crate: "poise", worker: true},
		{crate: "twilight-gateway", name: "twilight", worker: true},
		{crate: "teloxide", worker: true, graceful: true},
		{crate: "apalis", worker: true, graceful: true},
		{crate: "fang", worker: true},
		{crate: "tokio-cron-scheduler", worker: true},
		{crate: "clokwerk", worker: true},
	}
}

// framework is the first framework that the program depends on and its files use.
func (pr *program) framework() (framework, detect.Note, bool) {
	for _, fw := range frameworks() {
		for _, l := range pr.locals {
			dep, ok := l.uses(fw.crate)
			if !ok || !pr.mentions(strings.ReplaceAll(dep.key, "-", "_")) {
				continue
			}
			if fw.name == "" {
				fw.name = fw.crate
			}
			return fw, l.note(dep.line, "depends on %s", fw.crate), true
		}
	}
	return framework{}, detect.Note{}, false
}

// graceful reports whether the program takes SIGTERM. Ctrl-C alone, which is
// SIGINT, is not enough.
func (pr *program) graceful(fw framework) bool {
	if fw.graceful {
		return true
	}
	found := false
	for _, l := range pr.locals {
		if d, ok := l.uses("ctrlc"); ok {
			for _, f := range d.features {
				found = found || f == "termination"
			}
		}
	}
	pr.calls(func(_ *file, c *source.Call) {
		switch {
		case strings.HasSuffix(c.Path, "SignalKind::terminate"), c.Name() == "catch_signals", c.Path == "shutdown_signal" && c.Method():
			found = true
		case strings.HasPrefix(c.Path, "signal_hook") || strings.HasPrefix(c.Path, "Signals::") || strings.HasSuffix(c.Path, "signal::unix::signal") || strings.HasPrefix(c.Path, "flag::register"):
			for _, a := range c.Args {
				found = found || mentionsIdent(a, "SIGTERM")
			}
		}
	})
	return found
}

// mentionsIdent reports whether the word stands anywhere in the tokens.
func mentionsIdent(ts []source.Token, words ...string) bool {
	for _, t := range ts {
		if t.Kind == source.Ident {
			for _, w := range words {
				if t.Text == w {
					return true
				}
			}
		}
		if t.Kind == source.Group && mentionsIdent(t.Inner, words...) {
			return true
		}
	}
	return false
}
