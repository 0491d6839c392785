package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// parseArgv reads a command as a person types it into words, for a container
// runs a program and no shell. The form of a Dockerfile, ["node", "server.js"],
// is taken too.
func parseArgv(s string) (safe.Argv, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "[") {
		var words []string
		if err := json.Unmarshal([]byte(s), &words); err == nil {
			return safe.NewArgv(words...)
		}
	}
	shown := safe.Visible(s)
	commands, err := manifest.Commands(s)
	if err != nil {
		return safe.Argv{}, fmt.Errorf("%q is not a command: %w", shown, err)
	}
	if len(commands) == 0 {
		return safe.Argv{}, fmt.Errorf("%q names no program", shown)
	}
	c := commands[0]
	what := ""
	switch {
	case len(commands) > 1:
		what = "several commands"
	case c.Background:
		what = "a command in the background"
	case len(c.Variables) > 0:
		what = "the variable $" + c.Variables[0].Name
	case c.Opaque:
		what = "more than the words of one command"
	case len(c.Env) > 0:
		return safe.Argv{}, withHint(fmt.Errorf("%q sets the variable %s before the command", shown, c.Env[0].Name),
			"leave it out, and set %s where the container is started", c.Env[0].Name)
	case len(c.EnvFiles) > 0:
		return safe.Argv{}, withHint(fmt.Errorf("%q reads variables from %s, which belongs into no image", shown, c.EnvFiles[0]),
			"leave it out, and pass the file where the container is started: docker run --env-file %s", safe.Quote(c.EnvFiles[0]))
	}
	if what != "" {
		return safe.Argv{}, withHint(fmt.Errorf("%q needs a shell: it has %s", shown, what),
			"put it into a script of the project and name that, or take a base with a shell: %s", safe.Quote("sh -c "+safe.Quote(s)))
	}
	return safe.NewArgv(c.Args...)
}
