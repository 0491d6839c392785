package php

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

const (
	manifestName = "composer.json"
	lockName     = "composer.lock"
)

// composer is a composer.json (https://getcomposer.org/doc/04-schema.md) and its
// lock. A field of an unexpected type counts as not there.
type composer struct {
	d     *detect.Dir
	lines manifest.Lines
	raw   map[string]json.RawMessage

	Name, Description, Type, License, Homepage string
	Require, RequireDev                        map[string]string
	Scripts                                    map[string][]string
	AutoScripts                                map[string]string // Symfony Flex: command → kind
	Bin                                        []string
	Platform                                   map[string]string // config.platform
	VendorDir                                  string
	Repositories                               []repository

	locked map[string]lockedPackage // nil: there is no lock
}

// repository is where packages come from beside Packagist.
type repository struct{ Type, URL string }

// lockedPackage is one package of the lock that is no development's.
type lockedPackage struct {
	Name    string          `json:"name"`
	Version string          `json:"version"`
	Type    string          `json:"type"`
	Raw     json.RawMessage `json:"require"`
	Time    string          `json:"time"` // of the release
	Dist    struct {
		Type string `json:"type"`
	} `json:"dist"`

	Require map[string]string `json:"-"`
}

// readComposer reads the folder's composer.json; nil where there is none.
func readComposer(d *detect.Dir) (*composer, error) {
	if !d.Has(manifestName) {
		return nil, nil
	}
	return detect.Once(d, "composer.json:"+d.Path(), func() (*composer, error) {
		c := &composer{d: d}
		var err error
		if c.lines, err = manifest.JSON(d, manifestName, &c.raw); err != nil {
			return nil, err
		}
		for name, to := range map[string]*string{"name": &c.Name, "description": &c.Description, "type": &c.Type, "homepage": &c.Homepage} {
			field(c.raw[name], to)
		}
		if !field(c.raw["license"], &c.License) {
			var list []string
			if field(c.raw["license"], &list) && len(list) == 1 {
				c.License = list[0]
			}
		}
		c.Require, c.RequireDev = texts(c.raw["require"]), texts(c.raw["require-dev"])
		var config struct {
			Platform  json.RawMessage `json:"platform"`
			VendorDir json.RawMessage `json:"vendor-dir"`
		}
		field(c.raw["config"], &config)
		c.Platform = texts(config.Platform)
		field(config.VendorDir, &c.VendorDir)
		c.readScripts()
		c.Bin = oneOrMore(c.raw["bin"])
		c.readRepositories()
		return c, c.readLock()
	})
}

func (c *composer) readScripts() {
	var scripts map[string]json.RawMessage
	field(c.raw["scripts"], &scripts)
	c.Scripts = map[string][]string{}
	for name, raw := range scripts {
		if name == "auto-scripts" {
			c.AutoScripts = texts(raw)
		}
		c.Scripts[name] = oneOrMore(raw)
	}
}

// readRepositories reads a list, or a table by names.
func (c *composer) readRepositories() {
	var list []json.RawMessage
	if !field(c.raw["repositories"], &list) {
		var table map[string]json.RawMessage
		field(c.raw["repositories"], &table)
		for _, name := range slices.Sorted(maps.Keys(table)) {
			list = append(list, table[name])
		}
	}
	for _, raw := range list {
		var r struct {
			Type json.RawMessage `json:"type"`
			URL  json.RawMessage `json:"url"`
		}
		var out repository
		if field(raw, &r) && field(r.Type, &out.Type) {
			field(r.URL, &out.URL)
			c.Repositories = append(c.Repositories, out)
		}
	}
}

func (c *composer) readLock() error {
	if !c.d.Has(lockName) {
		return nil
	}
	var lock struct {
		Packages []lockedPackage `json:"packages"`
	}
	if err := manifest.JSONLock(c.d, lockName, &lock, false); err != nil {
		return err
	}
	c.locked = map[string]lockedPackage{}
	for _, p := range lock.Packages {
		p.Require = texts(p.Raw)
		c.locked[strings.ToLower(p.Name)] = p
	}
	return nil
}

// newest is when the newest package of the lock was released; zero where it does not say.
func (c *composer) newest() time.Time {
	var out time.Time
	for _, p := range c.locked {
		if at, err := time.Parse(time.RFC3339, p.Time); err == nil && at.After(out) {
			out = at
		}
	}
	return out
}

// has reports whether the running program depends on the package: by the manifest, or
// by the lock on behalf of another package.
func (c *composer) has(name string) bool {
	if c == nil {
		return false
	}
	_, direct := c.Require[name]
	_, locked := c.locked[name]
	return direct || locked
}

// requires reports whether the manifest itself names the package.
func (c *composer) requires(name string) bool {
	if c == nil {
		return false
	}
	_, ok := c.Require[name]
	return ok
}

// version is the version of a package in the lock, without its v, or else the least
// one of the manifest's range: what a look at its first number needs.
func (c *composer) version(name string) string {
	if p, ok := c.locked[name]; ok {
		return strings.TrimPrefix(p.Version, "v")
	}
	for _, word := range strings.FieldsFunc(c.Require[name], func(r rune) bool { return strings.ContainsRune("^~>=<|, *v@", r) }) {
		return word
	}
	return ""
}

// note is the evidence for a dependency.
func (c *composer) note(name string) detect.Note {
	if spec, ok := c.Require[name]; ok {
		return c.d.Note(manifestName, c.lines.At("require", name), "requires %s %s", name, spec)
	}
	if p, ok := c.locked[name]; ok {
		return c.d.Note(lockName, 0, "holds %s %s", name, p.Version)
	}
	return c.d.Note(manifestName, 0, "requires %s", name)
}

func field(raw json.RawMessage, v any) bool {
	return raw != nil && string(raw) != "null" && json.Unmarshal(raw, v) == nil
}

// texts are the elements of an object whose values are strings; PHP writes an
// empty one as a list.
func texts(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	var all map[string]json.RawMessage
	field(raw, &all)
	for k, v := range all {
		var s string
		if field(v, &s) {
			out[k] = s
		}
	}
	return out
}

func oneOrMore(raw json.RawMessage) []string {
	var one string
	if field(raw, &one) {
		return []string{one}
	}
	var all []json.RawMessage
	field(raw, &all)
	var out []string
	for _, r := range all {
		if field(r, &one) {
			out = append(out, one)
		}
	}
	return out
}
