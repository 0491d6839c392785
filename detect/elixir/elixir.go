// Package elixir detects programs for the Erlang virtual machine: Elixir by its
// mix.exs, Erlang by its rebar.config, Gleam by its gleam.toml.
//
// A mix.exs is a program. It is read, never run: package source makes a tree of
// it, and what project/0, application/0 and the functions that they call return
// in production is taken from there (mix.go). The files below config/ and lib/
// tell the rest: variables of the environment, the port, databases, routes.
package elixir

import (
	"context"

	"dockgen/detect"
)

// The languages.
const (
	elixirName = "elixir"
	erlangName = "erlang"
	gleamName  = "gleam"
)

// Detector finds programs in Elixir, Erlang and Gleam.
type Detector struct{}

// Name is the detector's name.
func (Detector) Name() string { return elixirName }

// Languages are those that share the virtual machine.
func (Detector) Languages() []string { return []string{elixirName, erlangName, gleamName} }

// Markers are the manifests of the build tools.
func (Detector) Markers() []string { return []string{mixFile, rebarFile, gleamFile} }

// PackageManagers are the build tools.
func (Detector) PackageManagers() []string { return []string{"gleam", "mix", "rebar3"} }

// Inspect describes what runs from the folder. Where there are several manifests, the
// others serve those who depend on the project: mix.exs is the first choice.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	switch {
	case d.Has(mixFile):
		return inspectMix(d)
	case d.Has(gleamFile):
		return inspectGleam(d)
	}
	return inspectRebar(d)
}
