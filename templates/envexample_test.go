package templates_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

func TestEnvExample(t *testing.T) {
	change := func(s *detect.Service) {
		s.Needs = []detect.Need{
			{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "")}},
			{Name: "sqlserver", Settings: []detect.NeedSetting{url("OTHER_URL", "")}},
		}
		s.Env = []detect.EnvVar{
			{Name: safe.EnvNameOf("JWT_SECRET"), Required: true, Secret: true, Why: []detect.Note{{Path: "auth\n.js", Line: 3}}},
			{Name: safe.EnvNameOf("STRIPE_KEY"), Required: true, Secret: true},
			{Name: safe.EnvNameOf("SMTP_HOST"), Documented: true, Why: []detect.Note{{Path: "mail.js", Line: 7}}},
			{Name: safe.EnvNameOf("LOG_LEVEL"), Required: true, Example: safe.LabelOf("info")},
		}
	}
	p, err := plan.New(service(change), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `# Written by dockgen for shop
#
# What compose.yaml takes from a file .env beside it: cp .env.example .env, and fill it in.
# A .env holds secrets and stays out of git.

# The password of postgres, which keeps the one of its first start: openssl rand -hex 32
POSTGRES_PASSWORD=
# The password of sqlserver, which keeps the one of its first start; with capital letters: Aa1 and openssl rand -hex 32
MSSQL_SA_PASSWORD=
# Read in auth\n.js, line 3; any random text: openssl rand -hex 32
JWT_SECRET=
# Read by shop
STRIPE_KEY=

# What may stay unset
# Read in mail.js, line 7
#SMTP_HOST=
`
	if diff := cmp.Diff(want, string(templates.EnvExample(p))); diff != "" {
		t.Errorf(".env.example (-want +got):\n%s", diff)
	}

	shown := service(change)
	shown.EnvShown = true
	if p, err = plan.New(shown, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := templates.EnvExample(p); got != nil {
		t.Errorf("beside the project's own there is another:\n%s", got)
	}
	if p, err = plan.New(service(func(*detect.Service) {}), plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := templates.EnvExample(p); got != nil {
		t.Errorf("of no variables there is one:\n%s", got)
	}
}
