package detect

import "dockgen/internal/safe"

// CronName is the process that starts the commands of a schedule, CronTable their table
// in the image.
const (
	CronName  = "scheduler"
	CronTable = "/usr/local/etc/crontab"
)

// CronJob is a command that runs by a schedule, in the program's working directory.
type CronJob struct {
	Schedule safe.Label // five fields, or a word such as @daily
	Command  safe.Argv
}

// String is the job's line in a crontab.
func (j CronJob) String() string { return j.Schedule.String() + " " + j.Command.String() }

// Interpreter is a program of an image that runs scripts: a detector's own word.
type Interpreter string
