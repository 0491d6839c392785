package php

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/sqldump"
	"dockgen/internal/safe"
)

// dump finds the files that the database begins with, for a program that has no other way
// to make its tables: people are told to import them.
func (p *project) dump(s *detect.Service) {
	if slices.ContainsFunc(s.Processes, func(o detect.Process) bool { return o.Kind == detect.Job }) {
		return
	}
	for _, at := range sqldump.Fill(p.d, s, p.speaksOf) {
		// The image has no use for it.
		if r, err := safe.NewRelPath(detect.Under(at.String(), p.d.Path())); err == nil {
			p.leaveOut(s, safe.PatternFor(r))
		}
	}
}

// speaksOf reports whether the sources name a file: an installer's, which reads it.
func (p *project) speaksOf(base string) bool {
	for _, f := range p.sources() {
		for _, t := range f.tokens {
			if strings.HasSuffix(t.Text, base) && t.IsText() {
				return true
			}
		}
	}
	return false
}
