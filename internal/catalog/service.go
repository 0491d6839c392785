package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dockgen/internal/safe"
)

// Service is a backing service as Compose starts it beside the program: a
// database, a cache, a queue. What the image itself needs is here; names,
// networks and secrets' values are the caller's.
type Service struct {
	Name string
	// Host is its name on the network.
	Host string
	// Port is what clients connect to, Console the port of a web page for people, 0
	// where there is none; PublishConsole says that people are to see that page.
	Port           safe.Port
	Console        safe.Port
	PublishConsole bool
	// Environment are fixed values. UserEnv and DatabaseEnv name the variables that
	// create an account and a database at the first start; empty where there are none.
	Environment []Env
	UserEnv     string
	DatabaseEnv string
	// UserName and DatabaseName are an account and a database that are there already.
	UserName     string
	DatabaseName string
	// Secrets are the passwords the image asks for.
	Secrets []Secret
	// Command replaces the image's own; the zero value leaves it.
	Command safe.Argv
	Health  Health
	// User is the "uid:gid" to start the container as, where the image works so
	// without a capability. Where it is empty and Capabilities is not, the image
	// starts as root, gives its data to its own account and steps down to that, where
	// StepsDown is set: it needs these after cap_drop: [ALL].
	User         string
	Capabilities []string
	StepsDown    bool
	// ReadOnly says that the root file system may be read-only, with Tmpfs writable.
	// It is false where that isn't known.
	ReadOnly bool
	Tmpfs    []string
	// Hostname says that the data holds the container's name, so that it has to be fixed.
	Hostname bool
	// Memory is a limit it starts and works under while developing, as Compose writes it ("512m").
	Memory string
	// Note is what a reader of the file should know, one sentence without a period.
	Note string

	// Load is the folder whose files the image runs when it makes its data; empty where
	// there is none.
	Load string

	// UsualEnv is the variable in which most programs take the address.
	UsualEnv safe.EnvName

	lines    *Family
	ref      string
	vol      string
	urls     map[string]string
	variants map[string]variantData
}

// Env is a variable and its value. The name may hold dots (Elasticsearch's settings).
type Env struct {
	Name  string
	Value safe.Label
}

// Secret is a password. Env takes the value, FileEnv the path of a file that holds it,
// such as /run/secrets/db; FileEnv is empty where the image reads no file.
type Secret struct {
	Env     string
	FileEnv string
	// Var is the variable of the user's that holds it, Prefix what the image wants
	// before it, Strict says that it has to hold several kinds of characters.
	Var    string
	Prefix string
	Strict bool
	// Admin marks the superuser's, which the program itself does not use.
	Admin bool
}

// Health is a health check in Compose's terms. Test begins with CMD or CMD-SHELL; a
// "$" in it is meant for the container's shell, so Compose needs it doubled.
type Health struct {
	Test        []string
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	Retries     int
}

// ServiceImage is the image of one of a service's lines.
type ServiceImage struct {
	Ref     string
	Version safe.Version
	// Volume is where the data lives; empty where nothing is kept.
	Volume string
	// Unlisted says that the version is newer than all the catalogue knows.
	Unlisted bool
	// Note is what a reader should know of a variant.
	Note string
}

// Services lists the names of the known services.
func (c *Catalog) Services() ([]string, error) {
	all, err := c.services()
	return sorted(all), err
}

// Service returns a backing service by name, such as "postgres".
func (c *Catalog) Service(name string) (*Service, error) {
	all, err := c.services()
	if err != nil {
		return nil, err
	}
	d, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("no image is known for the service %q: known are %s", name, known(all))
	}
	s, err := newService(c, name, d)
	if err != nil {
		return nil, fmt.Errorf("reading %s in the image catalogue: %w", name, err)
	}
	return s, nil
}

// Lines returns the known release lines, newest first.
func (s *Service) Lines() []Line { return s.lines.Lines() }

// Default is the line for a project that asks for none.
func (s *Service) Default() safe.Version { return s.lines.Default() }

// Image returns the image of a version; the zero version means the default.
func (s *Service) Image(version safe.Version) (ServiceImage, error) {
	l, unlisted, err := s.lines.resolve(version)
	if err != nil {
		return ServiceImage{}, err
	}
	img := ServiceImage{Version: l.Version, Volume: s.vol, Unlisted: unlisted}
	if l.volume != "" {
		img.Volume = l.volume
	}
	img.Ref = strings.NewReplacer("{version}", l.Version.String(), "{latest}", l.Latest.String(), "{suite}", l.suite).Replace(s.ref)
	return img, nil
}

// Variants lists the names of images that hold more than the plain service, sorted.
func (s *Service) Variants() []string { return sorted(s.variants) }

// Variant returns the image of a variant, such as "postgis" of postgres, in a version.
func (s *Service) Variant(name string, version safe.Version) (ServiceImage, error) {
	v, ok := s.variants[name]
	if !ok {
		return ServiceImage{}, fmt.Errorf("%s has no variant %q: known are %s", s.Name, name, known(s.variants))
	}
	img, err := s.Image(version)
	if err != nil {
		return ServiceImage{}, err
	}
	if v.Oldest != "" && compare(img.Version.String(), v.Oldest) < 0 {
		return ServiceImage{}, fmt.Errorf("%s has no %s for %s", name, s.Name, img.Version)
	}
	img.Ref = strings.ReplaceAll(v.Ref, "{version}", img.Version.String())
	img.Note = v.Note
	return img, nil
}

// URL returns the form of the service's address that a dialect's clients take,
// with {user}, {password}, {host}, {port} and {database} to be filled in. The
// dialect is "" for the common form, or one of "sqlalchemy", "rails", "ecto",
// "jdbc", "jdbc-account" (with the user and the password in it), "ado" (.NET's
// connection strings), "dsn" (what drivers of Go's database/sql take),
// "golang-migrate"; a dialect without a form of its own gets the common one. It is
// empty where clients take no URL.
func (s *Service) URL(dialect string) string {
	if u, ok := s.urls[dialect]; ok {
		return u
	}
	return s.urls["common"]
}

// variantData is an image that holds more than the plain service.
type variantData struct {
	Ref    string `toml:"ref"`
	Oldest string `toml:"oldest"` // the first line that it is made for
	Note   string `toml:"note"`
}

type serviceData struct {
	Ref         string            `toml:"ref"`
	Volume      string            `toml:"volume"`
	Default     string            `toml:"default"`
	Lines       []lineData        `toml:"lines"`
	Port        int               `toml:"port"`
	Console     int               `toml:"console"`
	Environment []string          `toml:"environment"`
	UserEnv     string            `toml:"user_env"`
	DatabaseEnv string            `toml:"database_env"`
	Secrets     []string          `toml:"secrets"`
	Admin       []string          `toml:"admin_secrets"`
	SecretFiles bool              `toml:"secret_files"`
	Command     []string          `toml:"command"`
	Test        []string          `toml:"test"`
	Interval    string            `toml:"interval"`
	Timeout     string            `toml:"timeout"`
	StartPeriod string            `toml:"start_period"`
	User        string            `toml:"user"`
	StepsDown   bool              `toml:"steps_down"`
	ReadOnly    bool              `toml:"read_only"`
	Tmpfs       []string          `toml:"tmpfs"`
	Hostname    bool              `toml:"hostname"`
	Memory      string            `toml:"memory"`
	Note        string            `toml:"note"`
	UsualEnv    string            `toml:"usual_env"`
	Load        string            `toml:"load"`
	URLs        map[string]string `toml:"urls"`

	Host           string                 `toml:"host"`
	PublishConsole bool                   `toml:"publish_console"`
	UserName       string                 `toml:"user_name"`
	DatabaseName   string                 `toml:"database_name"`
	StrictSecrets  bool                   `toml:"strict_secrets"`
	SecretVars     map[string]string      `toml:"secret_variables"`
	SecretPrefixes map[string]string      `toml:"secret_prefixes"`
	Capabilities   []string               `toml:"capabilities"`
	Variants       map[string]variantData `toml:"variants"`
}

// stepDown is what an image needs that starts as root, takes its data folder over
// (also one that is closed to root) and becomes another account.
func stepDown() []string { return []string{"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"} }

func newService(c *Catalog, name string, d serviceData) (*Service, error) {
	lines, err := newFamily(c, name, familyFile{Family: familyData{Default: d.Default, Lines: d.Lines}})
	if err != nil {
		return nil, err
	}
	s := &Service{
		Name: name, UserEnv: d.UserEnv, DatabaseEnv: d.DatabaseEnv,
		User: d.User, ReadOnly: d.ReadOnly, Tmpfs: slices.Clone(d.Tmpfs), Hostname: d.Hostname,
		Memory: d.Memory, Note: d.Note, Load: d.Load,
		Host: cmp.Or(d.Host, name), PublishConsole: d.PublishConsole, UserName: d.UserName, DatabaseName: d.DatabaseName,
		Capabilities: slices.Clone(d.Capabilities), StepsDown: d.StepsDown,
		lines: lines, ref: d.Ref, vol: d.Volume, urls: d.URLs, variants: d.Variants,
	}
	if d.StepsDown {
		s.Capabilities = stepDown()
	}
	for _, list := range []struct {
		names []string
		admin bool
	}{{d.Secrets, false}, {d.Admin, true}} {
		for _, n := range list.names {
			secret := Secret{Env: n, Admin: list.admin, Strict: d.StrictSecrets, Var: cmp.Or(d.SecretVars[n], n), Prefix: d.SecretPrefixes[n]}
			if d.SecretFiles {
				secret.FileEnv = n + "_FILE"
			}
			s.Secrets = append(s.Secrets, secret)
		}
	}
	for _, e := range d.Environment {
		n, v, ok := strings.Cut(e, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not NAME=value", e)
		}
		value, err := safe.NewLabel(v)
		if err != nil {
			return nil, err
		}
		s.Environment = append(s.Environment, Env{n, value})
	}
	if len(d.Command) > 0 {
		if s.Command, err = safe.NewArgv(d.Command...); err != nil {
			return nil, err
		}
	}
	if s.UsualEnv, err = safe.NewEnvName(d.UsualEnv); err != nil {
		return nil, err
	}
	if s.Port, err = safe.NewPort(d.Port); err != nil {
		return nil, err
	}
	if d.Console != 0 {
		if s.Console, err = safe.NewPort(d.Console); err != nil {
			return nil, err
		}
	}
	s.Health, err = d.health()
	return s, err
}

// health fills in the usual timings. A shorter interval at the start alone is no
// choice: Compose refuses it with Podman and before Docker 25.
func (d serviceData) health() (Health, error) {
	h := Health{Test: slices.Clone(d.Test), Retries: 5}
	var errs []error
	duration := func(s string, usual time.Duration) time.Duration {
		if s == "" {
			return usual
		}
		v, err := time.ParseDuration(s)
		errs = append(errs, err)
		return v
	}
	h.Interval = duration(d.Interval, 5*time.Second)
	h.Timeout = duration(d.Timeout, 5*time.Second)
	h.StartPeriod = duration(d.StartPeriod, 30*time.Second)
	return h, errors.Join(errs...)
}
