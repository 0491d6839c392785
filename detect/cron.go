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

// Interpreter is what runs a script in an image: a program, as "python", or the words
// before one that the project's manager installs, as "bundle exec".
type Interpreter string
