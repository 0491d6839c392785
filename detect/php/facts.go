package php

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// The servers that run PHP: images of the catalogue by these names.
const (
	apache     = "apache"
	fpm        = "fpm"
	frankenphp = "frankenphp"
	cli        = "cli"
)

// workdir is the project's folder in the image, plan's working directory.
const workdir = "/app"

// Facts are what the Dockerfile's template needs beside what all languages share.
type Facts struct {
	Dir    safe.RelPath // of the project, in the build context
	Server string       // apache, fpm, frankenphp or cli
	// Document is the folder that the web server shows, as the image has it.
	Document safe.Label
	Docroot  safe.RelPath // the same, in the project
	// Override says that the web server reads .htaccess files, Front that every address
	// which is no file is the front controller's, Open that all of the project lies below Document.
	Override, Front, Open bool
	// OwnVendor says that the folder vendor is the project's, and shown with the pages.
	OwnVendor bool
	Modules   []safe.Label // of Apache
	Octane    bool         // Laravel's own server runs, and not the image's
	// Worker is the script that FrankenPHP keeps running.
	Worker safe.Label

	Configure []safe.Argv // docker-php-ext-configure
	Core      []Ext       // of PHP's own sources
	Pecl      []safe.Argv
	Enable    []Ext

	Composer *Composer // nil: no packages
	// Before and Steps run once the packages and the sources are there, around the making of the class
	// loader, with BuildEnv, whose values
	// are of no account for the running program.
	Before, Steps []safe.Argv
	BuildEnv      []detect.Setting
	// Frontend is built beside; Vendor says that it reads the packages of PHP.
	Frontend *nodepkg.Frontend
	Vendor   bool
	// Artisan says that the build of the assets runs the application's own commands.
	Artisan bool
	// Dotenv says that Symfony takes all settings from the environment, Config that
	// WordPress gets a wp-config.php that does.
	Dotenv, Config bool
	// Owned are folders of the image that the program may write to and that hold
	// nothing worth keeping.
	Owned []safe.RelPath
	// Folders have to be in a folder that the program writes to.
	Folders []safe.RelPath
}

// At is a file of the project's in the build context.
func (f *Facts) At(name safe.RelPath) (safe.RelPath, error) { return f.Dir.Join(name.String()) }

// Built reports whether something has to be made before the final stage.
func (f *Facts) Built() bool {
	return f.Composer != nil || f.Compiles() || len(f.Steps) > 0
}

// Compiles reports whether extensions are added.
func (f *Facts) Compiles() bool { return len(f.Core)+len(f.Pecl)+len(f.Enable) > 0 }

// Compile are the commands that add the extensions.
func (f *Facts) Compile() []string {
	var out []string
	for _, argv := range f.Configure {
		out = append(out, argv.String())
	}
	if len(f.Core) > 0 {
		out = append(out, `docker-php-ext-install -j"$(nproc)" `+words(f.Core))
	}
	for _, argv := range f.Pecl {
		out = append(out, argv.String())
	}
	if len(f.Enable) > 0 {
		out = append(out, "docker-php-ext-enable "+words(f.Enable))
	}
	return out
}

// Prepare are the commands that make the packages and the sources ready to run.
func (f *Facts) Prepare() []string {
	var out []string
	for _, argv := range slices.Concat(f.Before, []safe.Argv{f.Composer.Dump}, f.Steps) {
		out = append(out, argv.String())
	}
	return out
}

func words(list []Ext) string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = safe.Quote(e.String())
	}
	return strings.Join(out, " ")
}

// Composer is how the packages are installed.
type Composer struct {
	Install safe.Argv
	Dump    safe.Argv // writes the class loader, once the sources are there
	Binds   []safe.RelPath
	// Sources says that installing reads the sources, Auth that it may need credentials.
	Sources, Auth bool
	// Locals are packages of the project outside of its folder, which are copied where
	// they are installed.
	Locals []Local
}

// Mounts are the bound files that a mount can name.
func (c *Composer) Mounts() []safe.RelPath { return some(c.Binds, true) }

// Copies are those whose names no mount can hold.
func (c *Composer) Copies() []safe.RelPath { return some(c.Binds, false) }

func some(paths []safe.RelPath, plain bool) []safe.RelPath {
	var out []safe.RelPath
	for _, p := range paths {
		if p.Plain() == plain {
			out = append(out, p)
		}
	}
	return out
}

func set(name, value, why string) detect.Setting {
	return detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf(value), Why: why}
}
