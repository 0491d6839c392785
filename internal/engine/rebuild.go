package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// rebuilds is how often the same rebuild is looked at before it counts as a fault. A
// builder that has used up its space drops layers between two builds; a fault of the
// Dockerfile shows each time.
const rebuilds = 3

// rebuild builds again: unchanged, after an edit, and for other platforms.
func (v *verifier) rebuild(ctx context.Context) {
	if !v.built {
		v.skip(ctx, "the image did not build", CheckCached, CheckEdit, CheckPlatforms)
		return
	}
	v.check(ctx, CheckCached, func() (string, error) { return again(ctx, v.unchanged) })
	v.check(ctx, CheckEdit, func() (string, error) { return again(ctx, v.edit) })
	v.check(ctx, CheckPlatforms, func() (string, error) {
		if len(v.opts.Platforms) == 0 {
			return "", skipped("no other platform was asked for")
		}
		_, err := v.build(ctx, "--output", "type=cacheonly", "--platform", strings.Join(v.opts.Platforms, ","))
		return strings.Join(v.opts.Platforms, ", "), err
	})
}

// again calls a check of a rebuild until no layer was lost, at most as often as rebuilds says.
func again(ctx context.Context, check func(context.Context) (string, error)) (detail string, err error) {
	for range rebuilds {
		var lost *ranAgainError
		if detail, err = check(ctx); !errors.As(err, &lost) {
			break
		}
	}
	return detail, err
}

// unchanged builds the same sources, which is to do nothing.
func (v *verifier) unchanged(ctx context.Context) (string, error) {
	steps, err := v.build(ctx, "--output", "type=cacheonly")
	if err != nil {
		return "", err
	}
	for _, s := range steps {
		if !s.cached {
			return "", &ranAgainError{"a second build of the same sources ran again", s.short()}
		}
	}
	return fmt.Sprintf("%d steps", len(steps)), nil
}

// edit appends a line to a source and looks at what the build does again.
func (v *verifier) edit(ctx context.Context) (string, error) {
	if v.opts.Edit == "" {
		return "", skipped("no source file was named to edit")
	}
	f, err := os.OpenFile(filepath.Join(v.tree, filepath.FromSlash(v.opts.Edit)), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return "", err
	}
	// Another number of empty lines each time: the builder remembers the last run's.
	_, err = f.WriteString(strings.Repeat("\n", 1+int(time.Now().UnixMilli()%997)))
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	steps, err := v.build(ctx, "--output", "type=cacheonly")
	if err != nil {
		return "", err
	}
	return judgeEdit(v.file, v.opts.Edit, steps)
}

// judgeEdit decides whether a build after an edit installed dependencies anew.
//
// A step that mounts the cache of a package manager and ran again is an
// installation, unless its stage has an earlier step with the same cache that
// did not run again: that one holds the dependencies, and the later step
// compiles or links the program with them.
func judgeEdit(file *dockerfile, edited string, steps []step) (string, error) {
	var again, kept []step
	for _, s := range steps {
		if s.cached {
			kept = append(kept, s)
		} else {
			again = append(again, s)
		}
	}
	if len(again) == 0 {
		return "", fmt.Errorf("the image does not change with %s: is it left out of the build context?", edited)
	}
	installs := 0
	for _, s := range kept {
		if s.is("RUN") && len(packageCachesOf(s.text)) > 0 {
			installs++
		}
	}
	for _, s := range again {
		if compiles(s.text) {
			continue // what it has downloaded and compiled is in a cache beside its sources
		}
		for _, cache := range packageCachesOf(s.text) {
			holds := func(k step) bool {
				return file.standsOn(s.stage, k.stage) && slices.Contains(packageCachesOf(k.text), cache)
			}
			if s.is("RUN") && !slices.ContainsFunc(kept, holds) {
				return "", &ranAgainError{"editing " + edited + " installs dependencies again", s.short()}
			}
		}
	}
	return fmt.Sprintf("%d of %d steps ran again, %d installations stayed", len(again), len(steps), installs), nil
}

// ranAgainError is that a build went through a step anew whose result it should have had.
type ranAgainError struct{ what, step string }

func (e *ranAgainError) Error() string { return e.what + ": " + e.step }

// short is the step without its mounts, on one line.
func (s step) short() string {
	words := strings.Fields(s.text)
	words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "--mount=") || w == `\` })
	text := strings.Join(words, " ")
	if runes := []rune(text); len(runes) > 100 {
		text = string(runes[:97]) + "..."
	}
	return text
}
