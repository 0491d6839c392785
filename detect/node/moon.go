package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// moonProject is what Moon knows of a folder: tasks stand there in place of scripts, and
// in files that projects of a kind inherit (https://moonrepo.dev/docs/config/project).
type moonProject struct {
	file  string
	layer string // application, library, tool, ...
	lines manifest.Lines
	tasks map[string]moonTask
	needs []string // folders of the projects that it names, relative to the workspace's root
}

type moonTask struct {
	line string // as a shell takes it
	note detect.Note
}

type moonFile struct {
	ID        string             `yaml:"id"`
	Type      string             `yaml:"type"`  // the name of layer before 2.0
	Layer     string             `yaml:"layer"` //
	Language  string             `yaml:"language"`
	Tags      []string           `yaml:"tags"`
	DependsOn []any              `yaml:"dependsOn"`
	Tasks     map[string]rawTask `yaml:"tasks"`
}

type rawTask struct {
	Command any    `yaml:"command"` // a text or a list of words
	Args    any    `yaml:"args"`
	Script  string `yaml:"script"`
}

// moonFiles are the names of a project's file.
var moonFiles = []string{"moon.yml", "moon.yaml"}

// moonOf reads the folder's project; nil where there is no Moon workspace above it. What
// is wrong in its files Moon says better.
func moonOf(d *detect.Dir) *moonProject {
	for root := range d.Parents() {
		if root.Has(".moon/workspace.yml") || root.Has(".moon/workspace.yaml") {
			out, _ := detect.Once(root, "moon:"+d.Path(), func() (*moonProject, error) { return readMoon(root, d), nil })
			return out
		}
	}
	return nil
}

func readMoon(root, d *detect.Dir) *moonProject {
	out := &moonProject{file: d.First(moonFiles...), tasks: map[string]moonTask{}}
	var file moonFile
	if out.file != "" {
		var err error
		if out.lines, err = manifest.YAML(d, out.file, &file); err != nil {
			return nil
		}
	}
	out.layer = orElse(file.Layer, file.Type)
	for _, name := range inheritedBy(root, file, out.layer) {
		var shared moonFile
		if lines, err := manifest.YAML(root, name, &shared); err == nil {
			out.add(root, name, lines, shared.Tasks)
		}
	}
	out.add(d, out.file, out.lines, file.Tasks)
	ids := moonIDs(root)
	for _, raw := range file.DependsOn {
		id, _ := raw.(string)
		if object, ok := raw.(map[string]any); ok {
			id, _ = object["id"].(string)
		}
		if dir := ids[id]; dir != "" {
			out.needs = append(out.needs, dir)
		}
	}
	return out
}

// inheritedBy are the files of tasks for all projects, for those of the language, of the
// layer and of the tags, the plainer first.
func inheritedBy(root *detect.Dir, file moonFile, layer string) []string {
	kinds := []string{"all", "javascript", "typescript", "node", "bun", "deno"}
	if file.Language != "" && !slices.Contains(kinds, file.Language) {
		kinds = []string{"all", file.Language}
	}
	names := slices.Clone(kinds)
	for _, kind := range kinds[1:] {
		names = append(names, kind+"-"+layer)
	}
	for _, tag := range file.Tags {
		names = append(names, "tag-"+tag)
	}
	out := []string{".moon/tasks.yml"}
	for _, name := range names {
		out = append(out, ".moon/tasks/"+name+".yml")
	}
	return slices.DeleteFunc(out, func(name string) bool { return !root.Has(name) })
}

func (m *moonProject) add(d *detect.Dir, name string, lines manifest.Lines, tasks map[string]rawTask) {
	for id, raw := range tasks {
		line := raw.Script
		if line == "" {
			line = strings.TrimSpace(words(raw.Command) + " " + words(raw.Args))
		}
		if line == "" || strings.Contains(line, "$") && strings.Contains(line, "@") || line == "noop" {
			continue // tokens of Moon's own
		}
		m.tasks[id] = moonTask{line, d.Note(name, lines.At("tasks", id), "%s", line)}
	}
}

// words makes a shell line of what is one, or a list of words.
func words(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var out []string
		for _, w := range x {
			s, _ := w.(string)
			if s == "" || strings.ContainsAny(s, " \t\"'\\$`&|;<>()*") {
				s = "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
			}
			out = append(out, s)
		}
		return strings.Join(out, " ")
	}
	return ""
}

// moonIDs are the folders of the workspace's projects by their names.
func moonIDs(root *detect.Dir) map[string]string {
	out, _ := detect.Once(root, "moon projects:"+root.Path(), func() (map[string]string, error) {
		ids := map[string]string{}
		var file struct {
			Projects any `yaml:"projects"`
		}
		if _, err := manifest.YAML(root, root.First(".moon/workspace.yml", ".moon/workspace.yaml"), &file); err != nil {
			return ids, nil
		}
		table, _ := file.Projects.(map[string]any)
		if sources, ok := table["sources"].(map[string]any); ok {
			table = sources
		}
		for id, dir := range table {
			if text, ok := dir.(string); ok {
				ids[id] = path.Clean(text)
			}
		}
		for name := range root.Files(moonFiles...) { // found by a glob: the folder's name is the project's
			var own moonFile
			dir := path.Dir(name)
			if _, err := manifest.YAML(root, name, &own); err != nil || dir == "." {
				continue
			}
			ids[orElse(own.ID, path.Base(dir))] = dir
		}
		return ids, nil
	})
	return out
}

// task returns Moon's task of that name.
func (p *project) task(name string) (moonTask, bool) {
	if p.moon == nil {
		return moonTask{}, false
	}
	t, ok := p.moon.tasks[name]
	return t, ok
}

// script is the line of a script of the manifest, or of Moon's task of that name.
func (p *project) script(name string) string {
	if line := p.pkg.Scripts[name]; line != "" {
		return line
	}
	t, _ := p.task(name)
	return t.line
}

// scriptNote is the evidence for a script.
func (p *project) scriptNote(name string) detect.Note {
	if t, ok := p.task(name); ok && p.pkg.Scripts[name] == "" {
		return t.note
	}
	return p.pkg.ScriptNote(name)
}

// run returns the command that runs a script: a task's command is run as it stands, since
// Moon itself would fetch a Node of its own.
func (p *project) run(name string) (safe.Argv, error) {
	t, ok := p.task(name)
	if !ok || p.pkg.Scripts[name] != "" {
		return p.npm.Script(name)
	}
	cmds, _ := manifest.Commands(t.line)
	if len(cmds) == 1 && !cmds[0].Opaque && len(cmds[0].Args) > 0 && len(cmds[0].Env) == 0 && cmds[0].Script == "" {
		return p.npm.Exec(cmds[0].Args...)
	}
	return p.npm.Exec("sh", "-c", t.line)
}

// moonBuild is the command by which Moon's task builds another package of the workspace.
func (p *project) moonBuild(m nodepkg.Member) (safe.Argv, detect.Note, bool) {
	if p.moon == nil || m.Manifest.Scripts["build"] != "" {
		return safe.Argv{}, detect.Note{}, false
	}
	of := moonOf(m.Manifest.Dir)
	if of == nil {
		return safe.Argv{}, detect.Note{}, false
	}
	t, ok := of.tasks["build"]
	cmds, err := manifest.Commands(t.line)
	if !ok || err != nil || len(cmds) != 1 || cmds[0].Opaque || len(cmds[0].Args) == 0 || typeCheck(cmds[0]) {
		return safe.Argv{}, detect.Note{}, false
	}
	argv, err := p.npm.MemberExec(m, cmds[0].Args...)
	return argv, t.note, err == nil
}
