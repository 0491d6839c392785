package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/python/source"
)

// gunicorn adds what gunicorn needs in a container, as far as neither the command nor
// the project's own configuration file says it. It goes into gunicorn's own
// variable, which whoever deploys the image can change
// (https://docs.gunicorn.org/en/stable/settings.html).
func (in *inspection) gunicorn(l *launch, conf *gunicornFile, k class) {
	has := func(name string, flags ...string) bool {
		for _, f := range append(flags, "--"+strings.ReplaceAll(name, "_", "-")) {
			if slices.Contains(l.Argv, f) {
				return true
			}
		}
		return conf != nil && conf.m.Value(name) != nil
	}
	var args []string
	if !has("worker_tmp_dir") {
		args = append(args, "--worker-tmp-dir=/dev/shm")
	}
	if !has("worker_class", "-k") && !has("threads") {
		switch {
		case k.protocol == asgi && in.p.installed("uvicorn-worker"):
			args = append(args, "--worker-class=uvicorn_worker.UvicornWorker")
		case k.protocol == asgi:
			args = append(args, "--worker-class=uvicorn.workers.UvicornWorker")
		case in.p.installed("gevent") && in.p.installed("flask-socketio"):
			args = append(args, "--worker-class=gevent")
		case in.p.installed("eventlet") && in.p.installed("flask-socketio"):
			args = append(args, "--worker-class=eventlet")
		case !has("workers", "-w"):
			args = append(args, "--threads=4")
		}
	}
	if !has("accesslog", "--access-logfile") {
		args = append(args, "--access-logfile=-")
	}
	if len(args) > 0 {
		l.Env = append(l.Env, pair{"GUNICORN_CMD_ARGS", strings.Join(args, " "), "Heartbeats go to memory: on a disk that is busy they would block the workers."})
	}
}

// gunicornFile is the configuration that gunicorn loads.
type gunicornFile struct {
	m    *source.Module
	name string
	host string
	port int
	env  string
	line int
}

// runsASGI reports whether the configuration names a class of workers that speak ASGI: the
// project means gunicorn to run its application.
func (f *gunicornFile) runsASGI() bool {
	if f == nil {
		return false
	}
	v := evaluate(f.m, f.m.Value("worker_class"))
	return v.OK && (strings.Contains(v.Text, "uvicorn") || strings.Contains(strings.ToLower(v.Text), "asgi"))
}

// gunicornConf reads the configuration file of that name, or the one that gunicorn finds
// by itself in the folder it runs in.
func (in *inspection) gunicornConf(name string) *gunicornFile {
	if name == "" {
		name = path.Join(in.root, "gunicorn.conf.py")
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "file:"), "./")
	if !in.d.Has(name) {
		return nil
	}
	data, err := in.d.Read(name)
	if err != nil {
		return nil
	}
	f := &gunicornFile{m: source.Parse(data), name: name}
	if bind := f.m.Value("bind"); bind != nil {
		v := evaluate(f.m, bind)
		f.host, f.port = splitBind(v.Text)
		f.env, f.line = v.Env, bind.Line
	}
	return f
}
