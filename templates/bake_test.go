package templates_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"dockgen/templates"
)

// bakeBlock is a target of the bake file that is an image.
var bakeBlock = regexp.MustCompile(`(?ms)^target "([^_"][^"]*)" \{\n(.*?)^\}`)

// TestBakeBuildsWhatComposeBuilds compares the bake file of every golden with its
// Compose file: the same images, of the same folder, Dockerfile and stage.
func TestBakeBuildsWhatComposeBuilds(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name(), func(t *testing.T) {
			t.Parallel()
			r := g.render(t)
			if len(r.plans) == 0 || r.file("compose.yaml") == nil {
				t.Skip("nothing here runs, or no Compose file is written")
			}
			var compose struct {
				Services map[string]struct {
					Build *struct {
						Context, Dockerfile, Target string
						Args                        map[string]*string
					}
				}
			}
			if err := yaml.Unmarshal(r.file("compose.yaml"), &compose); err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for _, s := range compose.Services {
				if b := s.Build; b != nil {
					if b.Dockerfile == "" {
						b.Dockerfile = "Dockerfile"
					}
					context := strings.TrimPrefix(b.Context, "./")
					want[fmt.Sprintf("%s of %s in %s", b.Target, b.Dockerfile, context)] = true
					for name, value := range b.Args {
						if value != nil {
							want[fmt.Sprintf("%s has %s = %q", b.Dockerfile, name, *value)] = true
						}
					}
				}
			}
			got := map[string]bool{}
			text := string(templates.Bake(r.plans...).Content)
			blocks := bakeBlock.FindAllStringSubmatch(text, -1)
			bodies := map[string]string{}
			for _, b := range blocks {
				bodies[b[1]] = b[2]
			}
			if len(bodies) != len(blocks) {
				t.Errorf("two targets have one name:\n%s", text)
			}
			for name, body := range bodies {
				if !regexp.MustCompile(`targets = \[.*` + regexp.QuoteMeta(`"`+name+`"`)).MatchString(text) {
					t.Errorf("the group lacks %s", name)
				}
				key := func(word string) string {
					value := regexp.MustCompile(word + ` += +"(.*)"\n`).FindStringSubmatch(body)
					if value == nil && word != "target" { // it is the program's, from which this one inherits
						from := regexp.MustCompile(`inherits +=? *\["(.*)"\]`).FindStringSubmatch(body)
						value = regexp.MustCompile(word + ` += +"(.*)"\n`).FindStringSubmatch(bodies[from[1]])
					}
					return strings.NewReplacer("$${", "${", "%%{", "%{").Replace(value[1])
				}
				got[fmt.Sprintf("%s of %s in %s", key("target"), key("dockerfile"), key("context"))] = true
				for _, arg := range regexp.MustCompile(`(?m)^    (\w+) = ("\S+")$`).FindAllStringSubmatch(body, -1) {
					got[fmt.Sprintf("%s has %s = %s", key("dockerfile"), arg[1], arg[2])] = true
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("compose.yaml (-) and docker-bake.hcl (+):\n%s", diff)
			}
		})
	}
}
