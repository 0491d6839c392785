package php

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// dockerfile is what a Dockerfile of the project's own says of the PHP that it runs
// on: plain PHP has no other place for it.
type dockerfile struct {
	version    string
	versionWhy detect.Note
	server     string // fpm, frankenphp, apache, or "" where the image does not tell
	serverWhy  detect.Note
	extensions []wanted
}

// imageRE takes the name of an image of PHP apart: its version and its kind.
var imageRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:docker\.io/)?(?:library/)?(php|dunglas/frankenphp|serversideup/php|[a-z0-9./-]*php[a-z0-9.-]*):(?:[0-9.]*-?php)?([0-9]\.[0-9]+)?[0-9.]*(?:-(apache|fpm|cli|zts|frankenphp|fpm-nginx|fpm-apache))?`)
})

// installers are the programs that are given the names of extensions.
var installers = []string{"docker-php-ext-install", "docker-php-ext-enable", "install-php-extensions"}

func readDockerfile(d *detect.Dir) (dockerfile, error) {
	var out dockerfile
	name := d.First("Dockerfile", "Dockerfile.prod", "docker/Dockerfile", ".docker/Dockerfile", "docker/php/Dockerfile")
	if name == "" {
		return out, nil
	}
	data, err := d.Read(name)
	if err != nil {
		return out, err
	}
	if bytes.Contains(data[:min(len(data), 4096)], []byte("# Written by dockgen")) {
		return out, nil // our own answer is no evidence
	}
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return out, nil // who reads it as evidence for all languages says so
	}
	for _, n := range result.AST.Children {
		if n.Next == nil {
			continue
		}
		switch strings.ToLower(n.Value) {
		case "from":
			m := imageRE().FindStringSubmatch(n.Next.Value)
			if m == nil {
				continue
			}
			if m[2] != "" {
				out.version, out.versionWhy = m[2], d.Note(name, n.StartLine, "FROM %s", n.Next.Value)
			}
			switch {
			case strings.Contains(m[1], "frankenphp"), m[3] == "frankenphp":
				out.server = "frankenphp"
			case m[3] != "":
				out.server = strings.TrimSuffix(m[3], "-nginx")
			}
			out.serverWhy = d.Note(name, n.StartLine, "FROM %s", n.Next.Value)
		case "run":
			commands, err := manifest.Commands(n.Next.Value)
			if err != nil {
				continue
			}
			for _, c := range commands {
				out.take(d, name, n.StartLine, c)
			}
		}
	}
	return out, nil
}

// take adds the extensions that a command installs.
func (f *dockerfile) take(d *detect.Dir, name string, line int, c manifest.Command) {
	args := c.Args
	switch {
	case slices.Contains(installers, c.Program()):
		args = args[1:]
	case c.Program() == "pecl" && len(args) > 2 && args[1] == "install":
		args = args[2:]
	default:
		return
	}
	for i, a := range args {
		if strings.HasPrefix(a, "-") || strings.ContainsAny(a, "$/@") || i > 0 && args[i-1] == "-j" {
			continue
		}
		ext, _, _ := strings.Cut(a, "-")
		if _, ok := extensions[strings.ToLower(ext)]; ok && !slices.ContainsFunc(f.extensions, func(w wanted) bool { return w.name == ext }) {
			f.extensions = append(f.extensions, wanted{ext, d.Note(name, line, "installs %s", ext)})
		}
	}
}
