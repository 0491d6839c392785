// Package catalog knows the base images a container file may start from: the
// lines of each language's official image with their dates, what of them runs
// a program (slim, distroless, alpine), who the unprivileged user is and what is
// there for a health check; and the images of backing services. All of it is
// data in one embedded file, catalog.toml, which names the source of each fact,
// so that a new line, language or service is an edit there.
//
// Tags float within their line: node:24, python:3.14 and golang:1.27 are rebuilt
// with security fixes, an exact 24.20.0 stops being rebuilt with the next patch.
// So a version that a project pinned to the patch is written as its line too.
package catalog

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"dockgen/internal/safe"
)

//go:embed catalog.toml
var data []byte

// Catalog is the parsed table. It is read-only and safe for concurrent use.
type Catalog struct {
	asOf     time.Time
	images   map[string]imageData
	families map[string]*Family
	tools    map[string]string
	probes   map[string]probeData
	services map[string]serviceData
}

// file is catalog.toml as it stands.
type file struct {
	AsOf     toml.LocalDate         `toml:"as_of"`
	Images   map[string]imageData   `toml:"images"`
	Families map[string]familyData  `toml:"families"`
	Tools    map[string]string      `toml:"tools"`
	Probes   map[string]probeData   `toml:"probes"`
	Services map[string]serviceData `toml:"services"`
}

// Load parses the embedded table.
func Load() (*Catalog, error) {
	var f file
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("parsing the image catalogue: %w", err)
	}
	c := &Catalog{
		asOf:     day(f.AsOf),
		images:   f.Images,
		families: make(map[string]*Family, len(f.Families)),
		tools:    f.Tools,
		probes:   f.Probes,
		services: f.Services,
	}
	for name, d := range f.Families {
		fam, err := newFamily(c, name, d)
		if err != nil {
			return nil, fmt.Errorf("reading %s in the image catalogue: %w", name, err)
		}
		c.families[name] = fam
	}
	return c, nil
}

// AsOf is the day on which the facts were last checked. It stands in for today
// where the same project has to give the same answer on every day.
func (c *Catalog) AsOf() time.Time { return c.asOf }

// Family returns a language's images by name: "go", "node", "python" or "web",
// the server of static files.
func (c *Catalog) Family(name string) (*Family, error) {
	if f, ok := c.families[name]; ok {
		return f, nil
	}
	return nil, fmt.Errorf("no images are known for %q: known are %s", name, known(c.families))
}

// Tool returns the image that a tool's programs are copied from, as in
// COPY --from: "uv" or "bun".
func (c *Catalog) Tool(name string) (Image, error) {
	key, ok := c.tools[name]
	if !ok {
		return Image{}, fmt.Errorf("no image is known for the tool %q: known are %s", name, known(c.tools))
	}
	return c.image(key, safe.EnvName{}, line{})
}

// known lists the names of a table for an error message.
func known[K ~string, V any](m map[K]V) string {
	return strings.Join(sorted(m), ", ")
}

func sorted[K ~string, V any](m map[K]V) []string {
	names := make([]string, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		names = append(names, string(k))
	}
	return names
}

// day is the start of a date in UTC; no date is the zero time.
func day(d toml.LocalDate) time.Time {
	if d == (toml.LocalDate{}) {
		return time.Time{}
	}
	return d.AsTime(time.UTC)
}
