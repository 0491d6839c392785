package python_test

import (
	"testing"

	"dockgen/detect"
	"dockgen/detect/python"
	"dockgen/internal/scantest"
)

// TestScriptsThatRunEachOther: a script may run itself, and two may run one another.
func TestScriptsThatRunEachOther(t *testing.T) {
	s := scantest.One(t, scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{python.Detector{}}}, scantest.Pairs(
		"requirements.txt", "Flask==3.1.0\ngunicorn==23.0.0\n", "app.py", "from flask import Flask\napp = Flask(__name__)\n",
		"Dockerfile", "FROM python:3.13\nCMD [\"./a.sh\"]\n",
		"a.sh", "#!/bin/sh\n./b.sh\nif [ -n \"$1\" ]; then ./b.sh; else ./a.sh; fi\n",
		"b.sh", "#!/bin/sh\ngunicorn --bind :9000 app:app\n./a.sh\ncommand=\"./a.sh again\"\nexec $command\n")))
	if got := s.Start.V.String(); got != "gunicorn --bind 0.0.0.0:9000 app:app" {
		t.Errorf("starts %q", got)
	}
}
