// Package all lists the detectors: explicit, ordered, the one place that
// imports every language.
package all

import (
	"dockgen/detect"
	"dockgen/detect/c"
	"dockgen/detect/crystal"
	"dockgen/detect/dart"
	"dockgen/detect/deno"
	"dockgen/detect/dotnet"
	"dockgen/detect/elixir"
	"dockgen/detect/golang"
	"dockgen/detect/haskell"
	"dockgen/detect/java"
	"dockgen/detect/julia"
	"dockgen/detect/manifest/crontab"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/node"
	"dockgen/detect/php"
	"dockgen/detect/python"
	"dockgen/detect/r"
	"dockgen/detect/ruby"
	"dockgen/detect/rust"
	"dockgen/detect/shell"
	"dockgen/detect/static"
	"dockgen/detect/swift"
	"dockgen/detect/zig"
)

// Detectors returns every detector. The order is that of help texts and of
// answers that are equally good; it decides nothing else.
func Detectors() []detect.Detector {
	return []detect.Detector{
		golang.Detector{},
		java.Detector{},
		node.Detector{},
		php.Detector{},
		python.Detector{},
		deno.Detector{},
		ruby.Detector{},
		rust.Detector{},
		c.Detector{},
		zig.Detector{},
		crystal.Detector{},
		elixir.Detector{},
		dotnet.Detector{},
		swift.Detector{},
		dart.Detector{},
		haskell.Detector{},
		r.Detector{},
		julia.Detector{},
		static.Detector{},
		shell.Detector{},
	}
}

// Refiners returns what adds to every service what all languages share.
func Refiners() []detect.Refiner {
	return append([]detect.Refiner{crontab.Refine}, evidence.Refiners()...)
}

// Joiners returns what says which services of a project belong together.
func Joiners() []detect.Joiner {
	return evidence.Joiners()
}
