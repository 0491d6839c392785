package python

import (
	"strings"
	"testing"
)

func TestDebugger(t *testing.T) {
	const under = "python -Xfrozen_modules=off -m debugpy --listen 0.0.0.0:5678 "
	tests := []struct {
		argv, line, want string
		reloads          bool
	}{
		{"python manage.py runserver 0.0.0.0:8000", "3.13", under + "manage.py runserver 0.0.0.0:8000 --noreload", false},
		{"flask --app a run --debug", "3.13", under + "-m flask --app a run --debug --no-reload", false},
		{"uvicorn --reload a:app", "3.14", under + "-m uvicorn a:app", false},
		{"uvicorn --reload --workers 4 a:app", "3.14", "", false},
		{"streamlit run a.py", "3.12", under + "-m streamlit run a.py", true},
		{"python a.py", "3.12", under + "a.py", true},
		{"python -m a", "3.12", under + "-m a", true},
		{"python -c x", "3.12", "", true},
		{"gunicorn --reload a:app", "3.12", "", true},
		{"uvicorn --reload a:app", "3.7", "", true},
	}
	for _, tt := range tests {
		got, reloads := "", tt.reloads
		if d := debugger(strings.Fields(tt.argv), true, tt.line); d != nil {
			got, reloads = strings.Join(d.Start.Args(), " "), d.Reloads
		}
		if got != tt.want || reloads != tt.reloads {
			t.Errorf("%s: got %q, reloads %v, want %q", tt.argv, got, reloads, tt.want)
		}
	}
}
