package rust

import (
	"slices"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// folderArg hands the folder that a file server serves to a program which takes it
// as its first argument, and would end, or serve itself, without one.
func (pr *program) folderArg(s *detect.Service) {
	if s.Kind != detect.Server || len(s.Start.V.Args()) > 1 {
		return
	}
	for _, name := range []string{"path", "root", "dir", "directory", "folder", "serve_path", "root_dir"} {
		for _, f := range pr.fields[name] {
			ps := pr.option(f, 0)
			if len(ps) == 1 && (ps[0].flag != "" || ps[0].known) || f.Enum || !mentionsIdent(f.Type, "PathBuf") {
				continue
			}
			if _, short := attrOf(f, "short"); short || !parsesArgs(f) {
				continue
			}
			argv, err := safe.NewArgv(append(s.Start.V.Args(), dataDir)...)
			if err != nil {
				return
			}
			why := pr.note(f.file, f.Line, "serves the folder that it is given: the start command names %s", dataDir)
			s.Start = detect.Found(argv, append(s.Start.Why, why)...)
			pr.state(s, dataDir, why)
			return
		}
	}
}

// configArg tells of a file of settings that the program can't be started without, by an
// option that has no default: what it holds is the operator's, so that no image has it.
func (pr *program) configArg(s *detect.Service) {
	if s.Kind != detect.Server && s.Kind != detect.Worker {
		return
	}
	for _, name := range []string{"config", "config_file", "config_path", "conf", "cfg", "settings", "settings_file"} {
		for _, f := range pr.fields[name] {
			if f.Enum || !parsesArgs(f) || !mentionsIdent(f.Type, "PathBuf", "String") || mentionsIdent(f.Type, "Option", "Vec") || !pr.asked(f.Owner) {
				continue
			}
			option := ""
			if ps := pr.option(f, 0); len(ps) > 0 {
				if ps[0].known || ps[0].defaulted || ps[0].env != "" {
					continue
				}
				option = ps[0].flag + " "
			}
			s.Notes = append(s.Notes, pr.note(f.file, f.Line, "the program wants a file of settings: mount one, and say where with dockgen init --start '%s %sFILE'", s.Start.V, option))
			return
		}
	}
}

// asked reports whether the options of that struct are those of the command that runs:
// of the program itself, or of the subcommand that was chosen.
func (pr *program) asked(owner string) bool {
	if pr.sub == nil || owner == pr.sub.owner {
		return true
	}
	return slices.ContainsFunc(pr.variants(pr.sub.enum), func(v *fieldAt) bool {
		return wordOf(v) == pr.sub.word && mentionsIdent(v.Type, owner)
	})
}

// dataDir is the folder for what a program serves or writes, where it lets one
// choose it.
const dataDir = "data"

func attrOf(f *fieldAt, name string) ([]source.Token, bool) {
	for _, a := range f.Attrs {
		if v, ok := a.Named(name); ok {
			return v, true
		}
	}
	return nil, false
}

// parsesArgs reports whether a field's struct is one that clap fills.
func parsesArgs(f *fieldAt) bool {
	return slices.ContainsFunc(f.OwnerAttrs, func(a source.Attr) bool {
		return a.Name == "derive" && mentionsIdent(a.Args, "Parser", "StructOpt", "Args", "FromArgs")
	})
}
