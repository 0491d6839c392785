package templates

import (
	"bytes"
	"fmt"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// verify parses a rendered Dockerfile with BuildKit's own parser. What a value
// could do to the file is stopped by its type; this is the last look.
func verify(dockerfile []byte) error {
	result, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		return fmt.Errorf("the result is no Dockerfile: %w", err)
	}
	for _, w := range result.Warnings {
		return fmt.Errorf("the result has a flaw: %s", w.Short)
	}
	return nil
}
