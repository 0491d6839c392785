package java

import (
	"slices"
	"testing"
)

// TestFetchNeverFails holds that the step which fetches ahead stops no build: it asks for
// more than the build needs.
func TestFetchNeverFails(t *testing.T) {
	pom := "<project><groupId>a</groupId><artifactId>web</artifactId><version>1</version><packaging>war</packaging></project>\n"
	for _, archive := range []string{
		"-- pom.xml --\n" + pom,
		"-- pom.xml --\n<project><groupId>a</groupId><artifactId>top</artifactId><version>1</version><packaging>pom</packaging><modules><module>web</module></modules></project>\n-- web/pom.xml --\n" + pom,
	} {
		if f := one(t, archive).Facts.(*Facts); !slices.Contains(f.Fetch.Args(), "--fail-never") || f.Fetch.IsZero() {
			t.Errorf("fetches by %v", f.Fetch.Args())
		}
	}
}
