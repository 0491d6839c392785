package python_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/python"
)

const vitePackage = `{"name": "ui", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.1.12"}}`

func TestFrontend(t *testing.T) {
	fast := "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\napp = FastAPI()\n"
	flask := "-- requirements.txt --\nflask\n-- app.py --\nfrom flask import Flask\n"
	below := func(dir, archive string) string { return strings.ReplaceAll(archive, "\n-- ", "\n-- "+dir+"/") }
	for _, c := range []struct{ why, files, root, base, apart, assets string }{
		{
			"a mount of a folder that a package below builds", fast + "app.mount(\"/\", StaticFiles(directory=\"ui/dist\"))\n-- ui/package.json --\n" + vitePackage,
			".", ".", "ui", "ui/dist",
		},
		{
			"a mount of a folder beside", below("api", "\n"+fast+"app.mount(\"/\", StaticFiles(directory=\"../ui/dist\"))\n") + "-- ui/package.json --\n" + vitePackage,
			".", "api", "", "ui/dist",
		},
		{
			"what the Dockerfile builds out of the folder itself, and copies to where it was", flask + "app = Flask(__name__, static_folder=assets())\n-- package.json --\n{\"scripts\": {\"build\": \"make-pages\"}, \"devDependencies\": {\"pages\": \"1\"}}\n-- package-lock.json --\n{\"lockfileVersion\": 3, \"packages\": {\"\": {}}}\n-- client/x.js --\n-- Dockerfile --\nFROM node:24 AS front\nWORKDIR /front\nCOPY package.json .\nCOPY client /front/client\nRUN npm run build\nFROM python:3.13\nCOPY . /app\nCOPY --from=front /front/client/dist /app/client/dist\n",
			".", ".", "", "client/dist",
		},
		{
			"a page among the templates of Django, in the folder that the program runs in", "-- requirements.txt --\ndjango\ngunicorn\n-- manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\nfrom django.core.management import execute_from_command_line\n-- site1/__init__.py --\n-- site1/wsgi.py --\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n-- site1/settings.py --\nTEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'DIRS': ['dist']}]\n-- package.json --\n{\"scripts\": {\"build\": \"vue-cli-service build\"}}",
			".", ".", "", "dist",
		},
		{
			"a build that writes into the program's folder", below("api", "\n"+fast) + "-- ui/package.json --\n" + vitePackage + "\n-- ui/vite.config.js --\nexport default {build: {outDir: \"../api/pages\"}}\n",
			".", "api", "", "api/pages",
		},
		{
			"Flask's static_folder, from the folder of the module", flask + "app = Flask(__name__, static_folder=\"client/build\")\n-- client/package.json --\n{\"scripts\": {\"build\": \"react-scripts build\"}}",
			".", ".", "client", "client/build",
		},
		{
			"a style sheet beside, in Flask's own folder", flask + "app = Flask(__name__)\n-- package.json --\n{\"scripts\": {\"build\": \"npm run css\", \"css\": \"npx @tailwindcss/cli -i in.css -o ./static/css/out.css\"}}",
			".", ".", "", "static/css",
		},
		{
			"a program that serves no page of the package beside it", below("api", "\n"+fast) + "-- ui/package.json --\n" + vitePackage,
			"api", ".", "", "",
		},
		{
			"a build that tells nothing", flask + "app = Flask(__name__)\n-- package.json --\n{\"scripts\": {\"build\": \"gulp\"}}",
			".", ".", "", "",
		},
		{
			"two packages that could be it", fast + "app.mount(\"/a\", StaticFiles(directory=\"a/dist\"))\napp.mount(\"/b\", StaticFiles(directory=\"b/dist\"))\n-- a/package.json --\n" + vitePackage + "\n-- b/package.json --\n" + vitePackage,
			".", ".", "", "",
		},
	} {
		s := one(t, strings.TrimPrefix(c.files, "\n"))
		f := s.Facts.(*python.Facts)
		var assets []string
		for _, a := range f.Assets {
			assets = append(assets, a.String())
		}
		if s.Root.String() != c.root || f.Base.String() != c.base || f.Apart.String() != c.apart || strings.Join(assets, " ") != c.assets {
			t.Errorf("%s: root %s, base %s, apart %s, assets %v; notes %v", c.why, s.Root, f.Base, f.Apart, assets, s.Notes)
		}
		if (f.Frontend != nil) != (c.assets != "") || (len(s.Parts) > 0) != (c.assets != "") {
			t.Errorf("%s: front end %v, parts %v", c.why, f.Frontend, s.Parts)
		}
	}
}

// What lies in the program's folder lies deeper in a context that is the folder above.
func TestWiden(t *testing.T) {
	s := one(t, `-- api/requirements.txt --
flask
-- api/tests/x.txt --
-- api/app.py --
from flask import Flask
app = Flask(__name__, static_folder="../ui/dist", instance_relative_config=True)
-- ui/package.json --
`+vitePackage)
	if !containsPattern(s, "api/tests") || !containsPattern(s, "**/venv") || !containsPattern(s, "ui/dist") {
		t.Errorf("ignored: %v", s.Context.Ignore)
	}
	if len(s.State) != 1 || s.State[0].String() != "api/instance" {
		t.Errorf("state: %v", s.State)
	}
	if s.Dev == nil || s.Dev.At.String() != "/app/api" || s.Dev.Rebuild[0].String() != "api/requirements.txt" {
		t.Errorf("dev: %+v", s.Dev)
	}
}

func containsPattern(s *detect.Service, pattern string) bool {
	for _, p := range s.Context.Ignore {
		if p.String() == pattern {
			return true
		}
	}
	return false
}
