package nodepkg

import "slices"

// pnpmSettings is what of pnpm-workspace.yaml matters (https://pnpm.io/settings).
// Since pnpm 10 the file holds the settings of single packages, too.
type pnpmSettings struct {
	Packages                 []string          `yaml:"packages"`
	PatchedDependencies      map[string]string `yaml:"patchedDependencies"`
	Overrides                map[string]any    `yaml:"overrides"`
	OnlyBuiltDependencies    []string          `yaml:"onlyBuiltDependencies"`
	NeverBuiltDependencies   []string          `yaml:"neverBuiltDependencies"`
	IgnoredBuiltDependencies []string          `yaml:"ignoredBuiltDependencies"`
	AllowBuilds              map[string]any    `yaml:"allowBuilds"`
	AllowAllBuilds           bool              `yaml:"dangerouslyAllowAllBuilds"`
	InjectWorkspacePackages  bool              `yaml:"injectWorkspacePackages"`
	NodeLinker               string            `yaml:"nodeLinker"`
	ShamefullyHoist          bool              `yaml:"shamefullyHoist"`
	PublicHoistPattern       []string          `yaml:"publicHoistPattern"`
	ConfigDependencies       map[string]any    `yaml:"configDependencies"`
}

func (s pnpmSettings) overrides(name string) bool {
	_, ok := s.Overrides[name]
	return ok
}

// lists reports whether the settings say which dependencies may run install scripts.
func (s pnpmSettings) lists() bool {
	return s.AllowAllBuilds || len(s.OnlyBuiltDependencies)+len(s.NeverBuiltDependencies)+len(s.IgnoredBuiltDependencies)+len(s.AllowBuilds) > 0
}

// allows reports whether the package's install script runs.
func (s pnpmSettings) allows(name string) bool {
	return slices.Contains(s.OnlyBuiltDependencies, name) || s.AllowBuilds[name] == true
}
