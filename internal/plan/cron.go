package plan

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/catalog"
)

// cron decides how the commands of a schedule are run: by a program that needs no rights
// of root's, and which starts each by a shell.
func (p *Plan) cron(Options) error {
	s := p.Service
	if len(s.Cron) == 0 {
		return nil
	}
	if !p.RunImage.Shell {
		p.note("", 0, "%s has no shell, which the jobs of a crontab are started by: they are left out; take dockgen init --base %s", p.RunImage.Ref, catalog.Slim)
		return nil
	}
	tool, err := p.catalog.Program(cronTool)
	if err != nil {
		return err
	}
	f, err := p.catalog.Family(tool.Runtime)
	if err != nil {
		return err
	}
	img, _, err := f.Images(f.Default(), f.DefaultBase(), catalog.Variant{Link: catalog.Static})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(p.Runtimes, func(r RuntimeImage) bool { return r.Name == tool.Runtime }) {
		p.Runtimes = append(p.Runtimes, RuntimeImage{tool.Runtime, img})
	}
	p.Cron, p.CronTool = s.Cron, tool
	return nil
}

// cronTool is the catalogue's name of that program.
const cronTool = "supercronic"

// CronTable is where the image has the table of its jobs, for templates.
func (p *Plan) CronTable() string { return detect.CronTable }

// unscheduled reports whether a process is the one that runs a crontab which the image has not.
func (p *Plan) unscheduled(one detect.Process) bool {
	return len(p.Service.Cron) > 0 && len(p.Cron) == 0 && one.Name.String() == detect.CronName
}
