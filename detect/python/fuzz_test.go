package python_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/detect/python"
)

// FuzzInspect holds that no manifest, lock or source makes the detector panic, and that
// what can't be read is an error about a file.
func FuzzInspect(f *testing.F) {
	f.Add("flask\n", "[project]\nname = \"x\"\n", "from flask import Flask\napp = Flask(__name__)\n", "version = 1\n", "web: gunicorn app:app\n")
	f.Add("-r other.txt\n-e .\ngit+https://h/x.git#egg=x\n", "[tool.poetry.dependencies]\npython = \"^3.1\"\n", "import os\nos.environ['X']\n", "[[package]]\nname = \"x\"\nwheels = [{url = \"a-1-cp3-abi3-manylinux.whl\"}]\n", "web: cd x && sh y.sh\n")
	f.Add("numpy<2\n", "[build-system]\n", "DATABASES = {'default': {'ENGINE': 'x', 'NAME': BASE / 'y'}}\n", "", "worker: celery -A x worker\n")
	f.Fuzz(func(t *testing.T, requirements, pyproject, source, lock, procfile string) {
		fsys := fstest.MapFS{}
		for name, data := range map[string]string{
			"requirements.txt": requirements, "pyproject.toml": pyproject, "app.py": source, "site_/settings.py": source, "manage.py": "import django\n" + source,
			"gunicorn.conf.py": source, "setup.py": source, "uv.lock": lock, "poetry.lock": lock, "Procfile": procfile, "runtime.txt": requirements, ".python-version": requirements,
		} {
			if data != "" {
				fsys[name] = &fstest.MapFile{Data: []byte(data)}
			}
		}
		_, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "demo", Detectors: []detect.Detector{python.Detector{}}})
		var fe *detect.FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("%T is no error about a file: %v", err, err)
		}
	})
}
