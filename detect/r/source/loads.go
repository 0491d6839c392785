package source

import "slices"

func (f *File) uses(name string, line int) {
	if _, ok := f.Packages[name]; !ok {
		f.Packages[name] = line
	}
}

// loads finds the packages that calls load.
func (f *File) loads() {
	for _, c := range f.Calls {
		if c.Method {
			continue
		}
		var args []Arg
		switch c.Name {
		case "library", "require", "requireNamespace", "loadNamespace", "library2", "shinyDependency":
			args = c.Args[:min(1, len(c.Args))]
		case "p_load": // of pacman
			args = c.Args
		case "use": // of box: each argument is a package with what is taken of it
			if c.Space != "box" {
				continue
			}
			f.box(c)
			continue
		case "from":
			if c.Space != "import" {
				continue
			}
			args = c.Args[:min(1, len(c.Args))]
		default:
			continue
		}
		for _, a := range args {
			if len(a.Value) == 1 && (a.Value[0].Kind == Name || a.Value[0].Kind == Text) && (a.Name == "" || a.Name == "package") {
				f.uses(a.Value[0].S, a.Value[0].Line)
			}
		}
	}
}

// box reads box::use(shiny[...], app/view/main): a path names a module of the project.
func (f *File) box(c Call) {
	for _, a := range c.Args {
		if len(a.Value) == 0 || a.Value[0].Kind != Name {
			continue
		}
		if !slices.ContainsFunc(a.Value[:min(2, len(a.Value))], func(t Token) bool { return t.Is("/") }) && a.Value[0].S != "." && a.Value[0].S != ".." {
			f.uses(a.Value[0].S, a.Value[0].Line)
		}
	}
}
