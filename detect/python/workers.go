package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
)

// workers finds what runs beside the server, or alone: the other processes of a Procfile,
// else what the queues among the dependencies run.
func (in *inspection) workers(procs []manifest.Process, beside bool) []program {
	var out []program
	for _, p := range procs {
		if p.Name == "web" || p.Name == "release" || len(p.Commands) != 1 || p.Commands[0].Opaque || len(p.Commands[0].Variables) > 0 || len(p.Commands[0].Args) == 0 {
			continue
		}
		why := in.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text)
		cmd := p.Commands[0]
		if _, serves := launchers[cmd.Program()]; serves {
			continue
		}
		l := launch{Argv: cmd.Args, Why: why, Graceful: cmd.Program() == "celery" || cmd.Program() == "rq"}
		for _, e := range cmd.Env {
			l.Env = append(l.Env, pair{e.Name, e.Value, ""})
		}
		if shellScript(cmd) != "" || cmd.Program() == "bash" || cmd.Program() == "sh" {
			continue
		}
		out = append(out, program{kind: detect.Worker, name: p.Name, framework: queueOf(cmd), launch: l})
	}
	if len(out) > 0 {
		return out
	}
	for _, find := range []func() (program, bool){in.celeryWorker, in.managed, in.arq, in.dramatiq} {
		if g, ok := find(); ok {
			g.kind = detect.Worker
			if beside {
				g.name = "worker"
			}
			return []program{g}
		}
	}
	return nil
}

func queueOf(cmd manifest.Command) detect.Value[string] {
	if p := cmd.Program(); p == "celery" || p == "rq" || p == "dramatiq" || p == "arq" || p == "taskiq" {
		return detect.Found(p)
	}
	return detect.Value[string]{}
}

func (in *inspection) celeryWorker() (program, bool) {
	if !in.p.installed("celery") {
		return program{}, false
	}
	ref, why, ok := in.celery()
	if !ok {
		return program{}, false
	}
	return program{framework: detect.Found("celery", why), main: ref, mainWhy: why,
		launch: launch{Argv: []string{"celery", "-A", ref, "worker", "--loglevel", "INFO"}, Graceful: true, Why: why}}, true
}

// celery finds the Celery application, as its command takes it.
func (in *inspection) celery() (string, detect.Note, bool) {
	for _, f := range in.c.files {
		if !in.c.mentions(f, "elery") {
			continue
		}
		m := in.c.module(f)
		for s := range source.Now(m.Body) {
			if s.Kind != source.Assign || s.Value == nil || s.Targets[0].Kind != source.Name {
				continue
			}
			if full := m.Callee(s.Value); full != "celery.Celery" && full != "celery.app.base.Celery" {
				continue
			}
			root := in.c.importRoot(f)
			if in.django != nil {
				root = in.django.Dir
			}
			object := s.Targets[0].Text
			why := in.d.Note(f, s.Line, "%s is the Celery application", object)
			ref := dotted(f, root)
			if path.Base(f) == "celery.py" && path.Dir(f) != root && (object == "app" || object == "celery") {
				ref = strings.TrimSuffix(ref, ".celery") // the command looks into the package itself
			} else {
				ref += "." + object
			}
			in.place(root)
			return ref, why, true
		}
	}
	return "", detect.Note{}, false
}

// managedWorkers are commands of Django's applications that work through a queue, by the
// distribution and the application that bring them.
var managedWorkers = []struct{ dist, app, command string }{
	{"django-rq", "django_rq", "rqworker"}, {"django-dramatiq", "django_dramatiq", "rundramatiq"}, {"django-q2", "django_q", "qcluster"}, {"django-q", "django_q", "qcluster"},
	{"huey", "huey.contrib.djhuey", "run_huey"}, {"django-tasks", "django_tasks.backends.database", "db_worker"},
}

func (in *inspection) managed() (program, bool) {
	if in.django == nil || in.django.Manage == "" {
		return program{}, false
	}
	for _, w := range managedWorkers {
		r, ok := in.p.find(w.dist)
		if !ok || !in.django.lists("INSTALLED_APPS", w.app) {
			continue
		}
		return program{launch: launch{Argv: []string{"python", strings.TrimPrefix(in.django.Manage, in.root+"/"), w.command}, Why: r.Why}}, true
	}
	return program{}, false
}

// arq finds the class of settings that arq's command takes
// (https://arq-docs.helpmanual.io/#simple-usage).
func (in *inspection) arq() (program, bool) {
	if !in.p.installed("arq") {
		return program{}, false
	}
	for _, f := range in.c.files {
		if !in.c.mentions(f, "WorkerSettings") {
			continue
		}
		for s := range source.Now(in.c.module(f).Body) {
			if s.Kind == source.Class && s.Name == "WorkerSettings" {
				why := in.d.Note(f, s.Line, "WorkerSettings of arq")
				ref := dotted(f, in.c.importRoot(f)) + ".WorkerSettings"
				return program{framework: detect.Found("arq", why), main: ref, mainWhy: why, launch: launch{Argv: []string{"arq", ref}, Graceful: true, Why: why}}, true
			}
		}
	}
	return program{}, false
}

// dramatiq finds the modules of actors (https://dramatiq.io/guide.html#workers).
func (in *inspection) dramatiq() (program, bool) {
	if !in.p.installed("dramatiq") {
		return program{}, false
	}
	var modules []string
	var why detect.Note
	for _, f := range in.c.files {
		if !in.c.mentions(f, "dramatiq.actor", "import actor") {
			continue
		}
		m := in.c.module(f)
		for s := range source.Now(m.Body) {
			if s.Kind != source.Def || !slices.ContainsFunc(s.Decorators, func(d *source.Expr) bool { return m.Callee(d) == "dramatiq.actor" || m.Resolve(d) == "dramatiq.actor" }) {
				continue
			}
			if why.Path == "" {
				why = in.d.Note(f, s.Line, "%s is an actor of Dramatiq", s.Name)
			}
			modules = append(modules, dotted(f, in.c.importRoot(f)))
			break
		}
	}
	if len(modules) == 0 {
		return program{}, false
	}
	return program{framework: detect.Found("dramatiq", why), main: modules[0], mainWhy: why, launch: launch{Argv: append([]string{"dramatiq"}, modules...), Graceful: true, Why: why}}, true
}

// schedulers are what hands out work by the clock: Celery's beat, where something is
// scheduled and a Procfile does not name it (https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html).
func (in *inspection) schedulers(g program, workers []program) []program {
	app := ""
	for _, w := range append([]program{g}, workers...) {
		if w.launch.Why.Path == "Procfile" && w.kind == detect.Worker {
			return nil
		}
		if w.framework.V == "celery" {
			app = w.main
		}
	}
	if app == "" {
		return nil
	}
	argv := []string{"celery", "-A", app, "beat", "--loglevel", "INFO"}
	if r, ok := in.p.find("django-celery-beat"); ok {
		return []program{{name: "beat", launch: launch{Argv: append(argv, "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler"), Why: r.Why}}}
	}
	if why, ok := in.scheduled(); ok {
		return []program{{name: "beat", launch: launch{Argv: append(argv, "--schedule", "/tmp/celerybeat-schedule"), Why: why}}}
	}
	return nil
}

// scheduled finds Celery's schedule.
func (in *inspection) scheduled() (detect.Note, bool) {
	for _, f := range in.c.files {
		if !in.c.mentions(f, "beat_schedule", "BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "add_periodic_task") {
			continue
		}
		m := in.c.module(f)
		for s := range source.All(m.Body) {
			if s.Kind == source.Assign && slices.ContainsFunc(s.Targets, func(t *source.Expr) bool {
				return slices.Contains([]string{"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"}, t.Text)
			}) {
				return in.d.Note(f, s.Line, "a schedule of Celery"), true
			}
		}
		for e := range source.Calls(m.Body) {
			if e.X.Kind == source.Attr && e.X.Text == "add_periodic_task" || e.Arg("beat_schedule", -1) != nil {
				return in.d.Note(f, e.Line, "a schedule of Celery"), true
			}
		}
	}
	return detect.Note{}, false
}
