package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// workerScripts are what people call the scripts of what works beside a server.
var workerScripts = []string{
	"worker:prod", "worker:production", "start:worker:prod", "start:worker", "start-worker", "worker:start", "worker", "workers", "start:workers", "queue", "queue:start", "start:queue", "queue:worker",
	"consumer", "start:consumer", "consume", "scheduler", "start:scheduler", "cron", "start:cron", "jobs", "start:jobs",
}

// processes are the further commands of the service's image: the job that brings
// the database up to date, and what works beside the server. What they read that
// the server doesn't is returned, to be copied into the image.
func (p *project) processes(svc *detect.Service, facts *Facts, fw *framework, s *start) (copies []string) {
	if svc.Kind != detect.Server && svc.Kind != detect.Worker {
		return nil
	}
	server := slices.ContainsFunc(svc.Needs, func(n detect.Need) bool { return isDatabase(n.Name) && n.Name != "mongo" && !n.Optional })
	if (server || p.onFile()) && !p.migratesItself(s.source) {
		if m := p.findMigration(s); m != nil {
			copies = p.migrate(svc, facts, fw, m)
		}
	}
	for _, w := range p.workers(s) {
		name, worker := w.name, w.start
		argv, err := safe.NewArgv(p.withPnP(p.hoisted(worker.argv))...)
		if err != nil || slices.ContainsFunc(svc.Processes, func(o detect.Process) bool { return o.Name.String() == name }) {
			continue
		}
		svc.Processes = append(svc.Processes, detect.Process{Name: safe.Slug(name, "worker"), Kind: detect.Worker, Start: detect.Found(argv, worker.why)})
		if top := strings.SplitN(worker.entry, "/", 2)[0]; worker.entry != "" {
			copies = append(copies, top)
		}
	}
	return copies
}

type namedStart struct {
	name  string
	start *start
}

// workers finds the programs of the project that run beside the one that starts.
func (p *project) workers(main *start) []namedStart {
	var out []namedStart
	add := func(name string, s *start) {
		if s == nil {
			return
		}
		if len(s.argv) == 0 {
			s = p.runSource(s)
		}
		if s.source == "" || len(s.argv) == 0 || s.development && !main.development || slices.Equal(s.argv, main.argv) {
			return
		}
		// The same program does other work where its words say which.
		told := s.why.Path == "Procfile" && len(s.flags()) > 0
		if s.source == main.source && !told {
			return
		}
		if !slices.ContainsFunc(out, func(o namedStart) bool { return o.name == name || o.start.source == s.source && !told }) {
			out = append(out, namedStart{name, s})
		}
	}
	processes, _ := manifest.Procfile(p.Dir, "Procfile")
	for _, proc := range processes {
		if proc.Name != "web" && proc.Name != "release" {
			add(proc.Name, p.commandOf(proc.Text, p.Note("Procfile", proc.Line, "%s: %s", proc.Name, proc.Text)))
		}
	}
	for _, name := range workerScripts {
		if p.script(name) == "" {
			continue
		}
		short := "worker"
		for _, word := range []string{"scheduler", "cron", "consumer"} {
			if strings.Contains(name, word) {
				short = word
			}
		}
		add(short, p.commandOf(p.script(name), p.scriptNote(name)))
	}
	if len(out) == 0 {
		add("worker", p.unnamedWorker(main))
	}
	return out
}

// queues are the packages whose workers a program runs.
var queues = []string{"bullmq", "bull", "bee-queue", "agenda", "pg-boss", "graphile-worker", "amqplib", "kafkajs", "@temporalio/worker"}

// unnamedWorker is a source called worker that works through a queue and that the
// server does not import.
func (p *project) unnamedWorker(main *start) *start {
	if main.source == "" || !slices.ContainsFunc(queues, p.prod) {
		return nil
	}
	reached := map[string]bool{}
	for _, f := range p.program.Reach(main.source, maxSources) {
		reached[f.Path] = true
	}
	for _, dir := range []string{".", "src", "server", "app", "server/src", path.Dir(main.source)} {
		for _, base := range []string{"worker", "workers", "worker/index", "workers/index", "queue/worker", "jobs/worker"} {
			source := p.program.Find(path.Join(dir, base))
			if source == "" || reached[source] {
				continue
			}
			for _, f := range p.program.Reach(source, reach) {
				if p.imports(f, queues...) {
					return &start{source: source, why: p.Note(source, 0, "works through a queue, and the server does not import it")}
				}
			}
		}
	}
	return nil
}

// sequelizeDirs are the folders that .sequelizerc names, "config" where it names none
// (https://github.com/sequelize/cli#configuration-file).
func (p *project) sequelizeDirs(config string) []string {
	var out []string
	if f := p.load(config); f != nil {
		for _, s := range f.Strings(f.Whole()) {
			if top := strings.SplitN(path.Clean(s), "/", 2)[0]; top != "." && p.HasDir(top) && !slices.Contains(out, top) {
				out = append(out, top)
			}
		}
	}
	if len(out) == 0 {
		return []string{"config"}
	}
	return out
}

// migrate adds the job, from the final image where that has the tool, else from the
// build's, which has what is for development too.
func (p *project) migrate(svc *detect.Service, facts *Facts, fw *framework, m *migration) (copies []string) {
	job := detect.Process{Name: safe.Slug("migrate", ""), Kind: detect.Job}
	argv := m.argv
	if m.tool != nil {
		config := p.configOf(m.tool, m.argv)
		program := "node_modules/.bin/" + m.argv[0]
		typed := isTypeScript(config) || strings.HasPrefix(m.argv[0], "typeorm-ts-node")
		switch {
		case p.npm.Manager.PnP:
			p.remarkAt(m.why.On(detect.Migrations), "the migration (%s) is run by hand: under Plug'n'Play dockgen writes no job for it", strings.Join(m.argv, " "))
			return nil
		case p.prod(m.tool.pkg) && m.tool.entry != "" && facts.ModulesFrom != "" && !fw.bundled && !typed && facts.Traced.IsZero():
			argv = append([]string{"node", path.Join("node_modules", m.tool.pkg, m.tool.entry)}, m.argv[1:]...)
			if m.tool.pkg == "sequelize-cli" {
				copies = append(copies, p.sequelizeDirs(config)...)
			}
			if config != "" {
				copies = append(copies, strings.SplitN(config, "/", 2)[0])
			}
			for _, dir := range m.tool.dirs {
				if p.HasDir(dir) {
					copies = append(copies, dir)
				}
			}
		case facts.Compiled && !p.onFile(): // the volume of a file is the final image's
			argv = append([]string{program}, m.argv[1:]...)
			job.InBuild = true
		default:
			p.remarkAt(m.why.On(detect.Migrations), "%s is for development, and the image holds nothing of that: make it a dependency, and dockgen writes a job that migrates", m.tool.pkg)
			return nil
		}
	}
	for _, e := range m.env {
		if e.Name != "NODE_ENV" && !strings.Contains(e.Value, "$") {
			argv = append([]string{"env", e.Name + "=" + e.Value}, argv...)
		}
	}
	words, err := safe.NewArgv(p.withPnP(p.hoisted(argv))...)
	if err != nil {
		p.remarkAt(m.why, "the migration is no command that a container can run: %v", err)
		return nil
	}
	job.Start = detect.Found(words, m.why)
	svc.Processes = append(svc.Processes, job)
	if job.InBuild && facts.Pruned && !facts.Whole {
		facts.PrunedApart, facts.ModulesFrom = true, "pruned"
	}
	return copies
}
