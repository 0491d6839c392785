package python_test

import (
	"testing"

	"dockgen/detect"
	"dockgen/detect/python"
	"dockgen/internal/scantest"
)

func TestWhatAServerDoesNotRun(t *testing.T) {
	const head = "from flask import Flask\napp = Flask(__name__)\n\ndef load():\n    print('x')\n\ndef main():\n    app.run()\n\n"
	for _, c := range []struct {
		name, block string
		want        bool
	}{
		{"a function of its own", "if __name__ == '__main__':\n    load()\n    app.run(host='0.0.0.0')\n", true},
		{"tables that are made", "if __name__ == '__main__':\n    with app.app_context():\n        db.create_all()\n    app.run()\n", true},
		{"the server alone", "if __name__ == '__main__':\n    app.run()\n", false},
		{"a function that starts it", "if __name__ == '__main__':\n    main()\n", false},
		{"what comes once it has ended", "if __name__ == '__main__':\n    app.run()\n    load()\n", false},
		{"where the module is loaded", "load()\n\nif __name__ == '__main__':\n    app.run()\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scantest.One(t, scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{python.Detector{}}}, map[string]string{"requirements.txt": "Flask==3.1.0\n", "app.py": head + c.block}))
			if got := scantest.Noted(s.Notes, "does not run it"); got != c.want {
				t.Errorf("noted %v, want %v: %v", got, c.want, s.Notes)
			}
		})
	}
}

// TestWhatManageDoes: Django's manage.py calls a function of its own, and no server imports it.
func TestWhatManageDoes(t *testing.T) {
	s := scantest.One(t, scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{python.Detector{}}}, scantest.Pairs("requirements.txt", "Django==5.2.8\ngunicorn==23.0.0\n",
		"manage.py", "import os\nimport sys\n\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'core.settings')\n    from django.core.management import execute_from_command_line\n    execute_from_command_line(sys.argv)\n\nif __name__ == '__main__':\n    main()\n",
		"core/__init__.py", "", "core/settings.py", "WSGI_APPLICATION = 'core.wsgi.application'\n", "core/wsgi.py", "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n")))
	if scantest.Noted(s.Notes, "does not run it") {
		t.Errorf("%v", s.Notes)
	}
}

// TestWhatTheServerCalls: a factory is called by the server that is given its name.
func TestWhatTheServerCalls(t *testing.T) {
	s := scantest.One(t, scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{python.Detector{}}}, scantest.Pairs("requirements.txt", "Flask==3.1.0\n",
		"app.py", "from flask import Flask\n\ndef create_app():\n    made = Flask(__name__)\n    return made\n\nif __name__ == '__main__':\n    made = create_app()\n    made.run()\n")))
	if scantest.Noted(s.Notes, "does not run it") {
		t.Errorf("%v", s.Notes)
	}
}
