package plan

import (
	"fmt"
	"slices"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// webFamily serves the files of a static service.
const webFamily = "web"

// images takes the images of every stage from the catalogue.
func (p *Plan) images(opts Options) error {
	s := p.Service
	web := s.Kind == detect.Static
	// A language whose files are only served has no family of its own.
	own, err := p.catalog.Family(s.Family())
	if err != nil && !web {
		return err
	}
	run := own
	if web {
		if run, err = p.catalog.Family(webFamily); err != nil {
			return err
		}
	}
	p.Base = opts.Base.Over(detect.Assumed(run.DefaultBase()))
	if p.Base.Source == detect.Default && p.needsPackages() && p.Base.V == catalog.Distroless {
		p.Base.V = catalog.Slim
		p.Base.Why = []detect.Note{{Text: "distroless has no package manager, and the program needs packages at run time"}}
	}
	if own != nil {
		v := s.Version.V
		if v.IsZero() {
			v = own.Default()
		}
		base := p.Base.V
		if web {
			base = own.DefaultBase()
		}
		if p.BuildImage, p.RunImage, err = own.Images(v, base, catalog.Variant{Link: catalog.Linkage(s.Linkage), Build: s.BuildOn, Run: s.RunOn, Exact: s.Pinned}); err != nil {
			return err
		}
		p.checkAge(own, p.BuildImage, v, opts)
	}
	if web {
		if _, p.RunImage, err = run.Images(run.Default(), p.Base.V, catalog.Variant{}); err != nil {
			return err
		}
		p.Port = p.RunImage.Port
	}
	for _, r := range s.Runtimes {
		f, err := p.catalog.Family(r.Name)
		if err != nil {
			return err
		}
		v := r.Version.V
		if v.IsZero() {
			v = f.Default()
		}
		// It is built with alone: what it would run on does not matter.
		img, _, err := f.Images(v, f.DefaultBase(), catalog.Variant{Link: catalog.Static})
		if err != nil {
			return err
		}
		p.checkAge(f, img, v, opts)
		p.Runtimes = append(p.Runtimes, RuntimeImage{r.Name, img})
	}
	return nil
}

// checkAge notes an image whose line gets no more fixes, and one that is newer
// than what the project names.
func (p *Plan) checkAge(f *catalog.Family, img catalog.Image, asked safe.Version, opts Options) {
	where := detect.Note{}
	if why := p.Service.Version.Why; len(why) > 0 {
		where = why[0]
	}
	switch line, ok := f.Line(img.Version.String()); {
	case img.Unlisted:
		p.note(where.Path, where.Line, "%s %s is newer than all that dockgen knows: check that the image %s exists", f.Name(), img.Version, img.Ref)
	case ok && !line.EOL.IsZero() && line.EOL.Before(opts.Now):
		p.note(where.Path, where.Line, "%s %s got its last fix on %s: move to %s", f.Name(), line.Version, line.EOL.Format("2006-01-02"), f.Default())
	case f.Forward() && ok && !asked.IsZero():
		if l, known := f.Line(asked.String()); known && l.Version != img.Version {
			p.note(where.Path, where.Line, "built with %s %s, which builds what was written for %s", f.Name(), img.Version, asked)
		}
	}
}

func (p *Plan) needsPackages() bool {
	return slices.ContainsFunc(p.Service.Packages, func(d detect.Package) bool { return d.Run && !d.Deb.IsZero() })
}

// packages names what the stages install, in the words of their images.
func (p *Plan) packages(Options) error {
	var err error
	if !p.BuildImage.IsZero() {
		if p.BuildPackages, err = pick(p.Service.Packages, p.BuildImage, func(d detect.Package) bool { return d.Build }); err != nil {
			return err
		}
	}
	if p.Service.Kind != detect.Static {
		if p.RunPackages, err = pick(p.Service.Packages, p.RunImage, func(d detect.Package) bool { return d.Run }); err != nil {
			return err
		}
		p.RunPackages = append(p.RunPackages, p.RunImage.Install...)
	}
	p.BuildPackages, p.RunPackages = tidy(p.BuildPackages), tidy(p.RunPackages)
	return nil
}

// pick names those of the packages that are wanted in the words of an image.
func pick(packages []detect.Package, img catalog.Image, wanted func(detect.Package) bool) ([]safe.Package, error) {
	var out []safe.Package
	for _, d := range packages {
		if !wanted(d) {
			continue
		}
		switch {
		case img.Packages != catalog.Apk && d.Deb.IsZero():
			// Debian's images have it, distroless ones too.
		case img.Packages == catalog.Apt:
			out = append(out, d.Deb)
		case img.Packages == catalog.Apk && !d.Apk.IsZero():
			out = append(out, d.Apk)
		case img.Packages == catalog.Apk:
			return nil, fmt.Errorf("the package %s is not known on Alpine: take dockgen init --base %s", d.Deb, catalog.Slim)
		default:
			return nil, fmt.Errorf("%s can't install the package %s: take dockgen init --base %s", img.Ref, d.Deb, catalog.Slim)
		}
	}
	return out, nil
}

// tidy sorts the packages and leaves each once.
func tidy(packages []safe.Package) []safe.Package {
	slices.SortFunc(packages, func(a, b safe.Package) int {
		if a.String() < b.String() {
			return -1
		}
		if a.String() > b.String() {
			return 1
		}
		return 0
	})
	return slices.Compact(packages)
}
