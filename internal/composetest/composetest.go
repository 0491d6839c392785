// Package composetest holds what a written Compose file has to be, as Compose's
// own loader reads it. It is for tests: nothing of it belongs into the program.
package composetest

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/sirupsen/logrus"
)

// workingDir is the folder of the file, as the loader is told.
const workingDir = "/project"

var requiredRE = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):\?`)

// Required lists the variables without which Compose refuses the file, in order.
func Required(content []byte) []string {
	var out []string
	for _, m := range requiredRE.FindAllSubmatch(content, -1) {
		if name := string(m[1]); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Load reads the file strictly, with the variables and all profiles. What the
// loader warns of is an error. It is not safe for concurrent use, because the
// loader logs through a global.
func Load(content []byte, vars map[string]string) (*types.Project, error) {
	var warnings bytes.Buffer
	log := logrus.StandardLogger()
	old, level := log.Out, log.Level
	log.SetOutput(&warnings)
	log.SetLevel(logrus.WarnLevel)
	defer func() { log.SetOutput(old); log.SetLevel(level) }()
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  workingDir,
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: content}},
		Environment: vars,
	}, func(o *loader.Options) { o.Profiles = []string{"*"} })
	if err != nil {
		return nil, err
	}
	if warnings.Len() > 0 {
		return nil, fmt.Errorf("loading warns: %s", warnings.String())
	}
	return project, nil
}

// Check reports what is wrong with a file: that it doesn't load once its required
// variables are set, or loads without one of them, or breaks a rule that every
// file of dockgen keeps. The Dockerfiles that it builds are looked up by their path
// in the project; with none of them, no build is looked at.
func Check(content []byte, dockerfiles map[string][]byte) []string {
	vars := map[string]string{"HOME": "/home/user"}
	for _, name := range Required(content) {
		vars[name] = "planted-" + strings.ToLower(name)
	}
	project, err := Load(content, vars)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, name := range Required(content) {
		without := map[string]string{}
		for k, v := range vars {
			if k != name {
				without[k] = v
			}
		}
		if _, err := Load(content, without); err == nil || !strings.Contains(err.Error(), name) {
			report("without %s loading says %v", name, err)
		}
	}
	for name, s := range project.Services {
		checkService(project, name, s, report)
		if s.Build != nil && dockerfiles != nil {
			at := strings.TrimPrefix(path.Join(s.Build.Context, s.Build.Dockerfile), workingDir+"/")
			if dockerfiles[at] == nil {
				report("%s: builds %s, which is not there", name, at)
				continue
			}
			checkBuild(project, name, s, dockerfiles[at], report)
		}
	}
	slices.Sort(problems)
	return problems
}

func checkService(project *types.Project, name string, s types.ServiceConfig, report func(string, ...any)) {
	if (s.Build == nil) == (s.Image == "") {
		report("%s: needs an image or a build", name)
	}
	if s.Image != "" && (!strings.Contains(s.Image, ":") || strings.HasSuffix(s.Image, ":latest")) {
		report("%s: the image %s has no fixed tag", name, s.Image)
	}
	if !slices.Equal(s.CapDrop, []string{"ALL"}) {
		report("%s: keeps capabilities", name)
	}
	if len(s.CapAdd) > 0 && s.Build != nil {
		report("%s: adds capabilities", name)
	}
	if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
		report("%s: may gain privileges", name)
	}
	if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.MemoryBytes == 0 || s.Deploy.Resources.Limits.NanoCPUs == 0 || s.Deploy.Resources.Limits.Pids == 0 {
		report("%s: has no limits", name)
	}
	if s.Privileged || s.NetworkMode != "" || s.Pid != "" || s.Ipc != "" {
		report("%s: shares the host", name)
	}
	job := runsOnce(project, name)
	if want := "on-failure:5"; len(s.Profiles) == 0 && !job && s.Restart != want || job && s.Restart != "" {
		report("%s: restarts %q", name, s.Restart)
	}
	for _, p := range s.Ports {
		if p.HostIP != "127.0.0.1" {
			report("%s: publishes the port %d on %q", name, p.Target, p.HostIP)
		}
		if s.Build == nil && !strings.Contains(s.Image, "mailpit") { // whose page is for people
			report("%s: publishes the port of a backing service", name)
		}
	}
	if s.Build == nil && s.HealthCheck == nil {
		report("%s: has no health check", name)
	}
	for _, v := range s.Volumes {
		if v.Type == types.VolumeTypeBind && v.ReadOnly && strings.HasPrefix(v.Target, "/docker-entrypoint-initdb.d/") && strings.HasSuffix(v.Source, ".sql") {
			continue // what a database is filled from
		}
		if v.Type != types.VolumeTypeVolume || v.Source == "" {
			report("%s: %s is no named volume", name, v.Target)
		}
	}
	for on, d := range s.DependsOn {
		switch {
		case d.Condition == types.ServiceConditionHealthy:
		case d.Condition == types.ServiceConditionCompletedSuccessfully && project.Services[on].Build != nil:
		default:
			report("%s: does not wait for %s to be healthy", name, on)
		}
		if dep := project.Services[on]; dep.Build == nil && sharedNetwork(s, dep) == "" {
			report("%s: can't reach %s", name, on)
		}
	}
	for key, value := range s.Environment {
		if value != nil && strings.Contains(strings.ToUpper(key), "PASSWORD") && !strings.Contains(*value, "planted-") {
			report("%s: %s is written out", name, key)
		}
	}
}

// runsOnce reports whether others wait for the service to end: what nobody waits for
// in this way makes docker compose up --wait fail when it ends.
func runsOnce(project *types.Project, name string) bool {
	for _, s := range project.Services {
		if d, ok := s.DependsOn[name]; ok && d.Condition == types.ServiceConditionCompletedSuccessfully {
			return true
		}
	}
	return false
}

func sharedNetwork(a, b types.ServiceConfig) string {
	for n := range a.Networks {
		if _, ok := b.Networks[n]; ok {
			return n
		}
	}
	return ""
}

// checkBuild holds the service against the Dockerfile that it builds.
func checkBuild(project *types.Project, name string, s types.ServiceConfig, dockerfile []byte, report func(string, ...any)) {
	result, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		report("%s: %v", name, err)
		return
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		report("%s: %v", name, err)
		return
	}
	i := slices.IndexFunc(stages, func(st instructions.Stage) bool { return st.Name == s.Build.Target })
	if i < 0 {
		report("%s: the Dockerfile has no stage %q", name, s.Build.Target)
		return
	}
	behind := false
	for other, o := range project.Services { // a web server of the same Dockerfile stands before it
		_, on := o.DependsOn[name]
		behind = behind || other != name && on && o.Build != nil && o.Build.Context == s.Build.Context && o.Build.Target == "web"
	}
	unprivileged := slices.ContainsFunc(stages[i].Commands, func(c instructions.Command) bool {
		u, ok := c.(*instructions.UserCommand)
		return ok && !strings.HasPrefix(u.User, "0")
	})
	if s.Build.Target != "final" && !unprivileged && (s.User == "" || strings.HasPrefix(s.User, "0")) {
		report("%s: runs a stage that builds as root", name)
	}
	if len(s.Command) > 0 || len(s.Entrypoint) > 0 { // another command of the image: neither a server nor asked like one
		if len(s.Ports) > 0 {
			report("%s: publishes the ports of another command", name)
		}
		if s.HealthCheck != nil && !s.HealthCheck.Disable {
			report("%s: is asked for its health like the server", name)
		}
		return
	}
	var exposed []string
	var check []string
	for _, cmd := range stages[i].Commands {
		switch c := cmd.(type) {
		case *instructions.ExposeCommand:
			exposed = append(exposed, c.Ports...)
		case *instructions.HealthCheckCommand:
			check = c.Health.Test
		}
	}
	for _, p := range s.Ports {
		if !slices.Contains(exposed, fmt.Sprint(p.Target)) {
			report("%s: publishes %d, the Dockerfile exposes %v", name, p.Target, exposed)
		}
	}
	if len(s.Ports) != len(exposed) && (!behind || len(s.Ports) > 0) {
		report("%s: publishes %d ports, the Dockerfile exposes %v", name, len(s.Ports), exposed)
	}
	if len(check) > 0 && check[0] != "NONE" && (s.HealthCheck == nil || !slices.Equal([]string(s.HealthCheck.Test), check)) {
		report("%s: its health check is not the Dockerfile's %q", name, check)
	}
}
