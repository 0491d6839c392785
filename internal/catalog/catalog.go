// Package catalog knows the base images a container file may start from: the
// lines of each language's official image with their dates, what of them runs
// a program (slim, distroless, alpine), who the unprivileged user is and what is
// there for a health check; and the images of backing services. All of it is
// data in embedded files that name the source of each fact, so that a new line,
// language or service is an edit there: data/<family>.toml holds a family's lines
// and images, data/common.toml what several share, data/services.toml the backing
// services. A file is parsed when it is asked for, so that a run pays for its own
// language alone.
//
// In an image's ref, {version} is the line, {latest} its newest release, {suite} its Debian suite, {-suite} the
// suite with a dash or nothing where the line's tags named none. A family's lines
// stand newest first; suite is the newest Debian suite that the line's tags were
// published for.
//
// Tags float within their line: node:24, python:3.14 and golang:1.27 are rebuilt
// with security fixes, an exact 24.20.0 stops being rebuilt with the next patch.
// So a version that a project pinned to the patch is written as its line too.
package catalog

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"dockgen/internal/safe"
)

//go:embed data/*.toml
var data embed.FS

// Catalog is the parsed table. It is read-only and safe for concurrent use.
type Catalog struct {
	asOf   time.Time
	images map[string]imageData // that several families share
	tools  map[string]string
	builds map[string]Program
	probes map[string]probeData

	services func() (map[string]serviceData, error)

	mu       sync.Mutex
	families map[string]*Family // those that were asked for
}

// commonFile is data/common.toml as it stands.
type commonFile struct {
	AsOf   toml.LocalDate       `toml:"as_of"`
	Images map[string]imageData `toml:"images"`
	Tools  map[string]string    `toml:"tools"`
	Builds map[string]Program   `toml:"builds"`
	Probes map[string]probeData `toml:"probes"`
}

// familyFile is the file of a family: its lines, and the images that no other has.
type familyFile struct {
	Images map[string]imageData `toml:"images"`
	Family familyData           `toml:"family"`
}

// servicesFile is data/services.toml.
type servicesFile struct {
	Services map[string]serviceData `toml:"services"`
}

// The files that hold no family.
const (
	commonName   = "common"
	servicesName = "services"
)

// Load returns the catalogue, which is parsed once.
func Load() (*Catalog, error) { return load() }

var load = sync.OnceValues(func() (*Catalog, error) {
	var f commonFile
	if err := parse(commonName, &f); err != nil {
		return nil, err
	}
	return &Catalog{
		asOf: day(f.AsOf), images: f.Images, tools: f.Tools, builds: f.Builds, probes: f.Probes,
		families: map[string]*Family{},
		services: sync.OnceValues(func() (map[string]serviceData, error) {
			var f servicesFile
			err := parse(servicesName, &f)
			return f.Services, err
		}),
	}, nil
})

func parse(name string, into any) error {
	text, err := data.ReadFile("data/" + name + ".toml")
	if err != nil {
		return err
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into); err != nil {
		return fmt.Errorf("parsing %s.toml of the image catalogue: %w", name, err)
	}
	return nil
}

// AsOf is the day on which the facts were last checked. It stands in for today
// where the same project has to give the same answer on every day.
func (c *Catalog) AsOf() time.Time { return c.asOf }

// Families lists the names of the families, sorted.
func (c *Catalog) Families() []string {
	entries, err := data.ReadDir("data")
	if err != nil {
		panic(err) // the embedded tree has that folder
	}
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".toml"); name != commonName && name != servicesName {
			names = append(names, name)
		}
	}
	return names
}

// Family returns a language's images by name: "go", "node", "python" or "web",
// the server of static files.
func (c *Catalog) Family(name string) (*Family, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.families[name]; ok {
		return f, nil
	}
	if names := c.Families(); !slices.Contains(names, name) {
		return nil, fmt.Errorf("no images are known for %q: known are %s", name, strings.Join(names, ", "))
	}
	var file familyFile
	if err := parse(name, &file); err != nil {
		return nil, err
	}
	f, err := newFamily(c, name, file)
	if err != nil {
		return nil, fmt.Errorf("reading %s in the image catalogue: %w", name, err)
	}
	c.families[name] = f
	return f, nil
}

// Tool returns the image that a tool's programs are copied from, as in
// COPY --from: "uv" or "bun".
func (c *Catalog) Tool(name string) (Image, error) {
	key, ok := c.tools[name]
	if !ok {
		return Image{}, fmt.Errorf("no image is known for the tool %q: known are %s", name, known(c.tools))
	}
	return c.image(key, nil, safe.EnvName{}, line{})
}

// Program is a tool that a stage builds out of its module, because no image has it.
type Program struct {
	Runtime string `toml:"runtime"` // the family of the image that builds it
	Module  string `toml:"module"`
	Version string `toml:"version"`
}

// Program returns a tool that a stage builds: "supercronic".
func (c *Catalog) Program(name string) (Program, error) {
	p, ok := c.builds[name]
	if !ok {
		return Program{}, fmt.Errorf("no module is known for the tool %q: known are %s", name, known(c.builds))
	}
	return p, nil
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
