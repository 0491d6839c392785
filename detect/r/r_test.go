package r

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t testing.TB, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, files)
}

const app = "library(shiny)\nshinyApp(ui, server)\n"

func TestPrograms(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"the script that serves", map[string]string{"run-api.R": "library(plumber)\npr('plumber.R') %>%\n  pr_run(port=8888, host='0.0.0.0')", "plumber.R": "#* @get /a\nfunction() 1"},
			"server plumber 8888 run-api.R: Rscript run-api.R"},
		{"the port of plumber's own variable", map[string]string{"entrypoint.R": "plumber::plumb('plumber.R')$run('0.0.0.0')"}, "server plumber 8000 entrypoint.R: Rscript entrypoint.R"},
		{"annotations alone", map[string]string{"plumber.R": "#' @post /a\nfunction() 1"}, "server plumber 8000 plumber.R: Rscript -e plumber::plumb('plumber.R')$run(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"a router that plumber runs", map[string]string{"entrypoint.R": "pr <- plumber::plumb('api.R')\npr", "api.R": "#* @get /a\nfunction() 1"},
			"server plumber 8000 entrypoint.R: Rscript -e plumber::plumb(dir = '.')$run(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"roxygen is no API", map[string]string{"a.R": "#' @param x y\n#' @return z\n#' @export\nf <- function(x) x"}, "scripts of R: none serves with plumber, Shiny or another server, and no Dockerfile or Procfile says which to run"},
		{"two files of Shiny", map[string]string{"ui.R": "fluidPage()", "server.R": "function(input, output) {}"}, "server shiny 3838 server.R: Rscript -e shiny::runApp(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"an application in a script of another name", map[string]string{"board.R": app}, "server shiny 3838 board.R: Rscript -e shiny::runApp('board.R', host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"a script that runs it for all", map[string]string{"app.R": app, "entrypoint.R": "shiny::runApp('app.R', host = '0.0.0.0', port = 3000)", "Dockerfile": "FROM rocker/r-ver:4.3\nCMD [\"Rscript\", \"entrypoint.R\"]"},
			"server shiny 3000 entrypoint.R: Rscript entrypoint.R"},
		{"one in a folder, which is no service of its own", map[string]string{"run.R": "shiny::runApp('app', host = '0.0.0.0', port = 5000)", "app/app.R": app}, "server shiny 5000 run.R: Rscript run.R; part of the service in . (run.R:1: serves by runApp())"},
		{"a command's expression", map[string]string{"app.R": app, "Dockerfile": "FROM rocker/shiny:4.4.1\nCMD [\"R\", \"-e\", \"shiny::runApp('.', host='0.0.0.0', port=7860)\"]"},
			"server shiny 7860 app.R: Rscript -e shiny::runApp(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"a command above, which names the folder", map[string]string{"dash/app.R": app, "Dockerfile": "FROM rocker/shiny:4.4.1\nCOPY dash /srv/dash\nCMD [\"R\", \"-e\", \"shiny::runApp('/srv/dash', host='0.0.0.0', port=8180)\"]"},
			"server shiny 8180 app.R: Rscript -e shiny::runApp(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"ambiorix takes all addresses", map[string]string{"app.R": "library(ambiorix)\napp <- Ambiorix$new(port = 3001L)\napp$start()"}, "server ambiorix 3001 app.R: Rscript app.R"},
		{"RestRserve", map[string]string{"app.R": "library(RestRserve)\nbackend <- BackendRserve$new()\nbackend$start(app, http_port = 8090)"}, "server restrserve 8090 app.R: Rscript app.R"},
		{"httpuv", map[string]string{"server.R": "httpuv::runServer('0.0.0.0', 5050, list(call = f))"}, "server httpuv 5050 server.R: Rscript server.R"},
		{"an API beside an application", map[string]string{"app.R": app, "plumber.R": "#* @get /a\nfunction() 1"},
			"server plumber 8000 plumber.R: Rscript -e plumber::plumb('plumber.R')$run(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))" +
				"; server shiny 3838 app.R: Rscript -e shiny::runApp(host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"a library", map[string]string{"DESCRIPTION": "Package: a\nImports: shiny\n", "NAMESPACE": "export(f)", "R/f.R": "f <- function() 1", "tests/testthat/app.R": app}, "library: a package of R without an application (no app.R, no run_app(), no API of plumber); left out: tests is no part of what a project deploys (run dockgen in that folder to take it)"},
		{"a package with an application in it", map[string]string{"DESCRIPTION": "Package: a.b\nImports: shiny,\n  DT (>= 0.2)\n", "NAMESPACE": "", "inst/shiny/app.R": app},
			"server shiny 3838 inst/shiny/app.R: Rscript -e shiny::runApp(system.file('shiny', package = 'a.b'), host = '0.0.0.0', port = as.integer(Sys.getenv('PORT')))"},
		{"a function that is not exported", map[string]string{"DESCRIPTION": "Package: a\nImports: golem\n", "NAMESPACE": "export(other)", "R/run_app.R": "run_app <- function() with_golem_options(app = shinyApp(ui, server))"},
			"server shiny 3838 R/run_app.R: Rscript -e options(shiny.host = '0.0.0.0', shiny.port = as.integer(Sys.getenv('PORT')), golem.app.prod = TRUE); a:::run_app()"},
		{"a worker by the Procfile", map[string]string{"sync.R": "while (TRUE) Sys.sleep(1)", "Procfile": "worker: Rscript sync.R --all"}, "worker   sync.R: Rscript sync.R --all"},
		{"a stray script", map[string]string{"lib/plot.R": "plot(1)"}, ""},
		{"documents", map[string]string{"_quarto.yml": "project: {type: website}", "index.Rmd": "---\ntitle: a\n---\n", "a.R": "x <- 1"}, "documents of R: rendering them makes files, and nothing keeps running"},
	} {
		p := scan(t, c.files)
		var got []string
		for _, s := range p.Services {
			port := ""
			if s.Port.IsSet() {
				port = s.Port.V.String()
			}
			got = append(got, fmt.Sprintf("%s %s %s %s: %s", s.Kind, s.Framework.V, port, s.Main.V, strings.Join(s.Start.V.Args(), " ")))
		}
		slices.Sort(got)
		for _, n := range p.Notes {
			got = append(got, n.Text)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, s, c.want)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"nothing said", nil, " false"},
		{"a lock file", map[string]string{"renv.lock": `{"R": {"Version": "4.3.1"}, "Packages": {}}`}, "4.3.1 true"},
		{"a version file is stronger", map[string]string{"renv.lock": `{"R": {"Version": "4.3.1"}}`, ".tool-versions": "R 4.4"}, "4.4 false"},
		{"mise", map[string]string{"mise.toml": "[tools]\nr = \"4.2.2\""}, "4.2.2 true"},
		{"a range that the default meets", map[string]string{"DESCRIPTION": "Depends: R (>= 4.1.0), methods"}, "4.6 false"},
		{"a range that only older ones meet", map[string]string{"DESCRIPTION": "Depends:\n    R (< 4.3)"}, "4.2 false"},
		{"the image of a Dockerfile", map[string]string{"Dockerfile": "ARG V=4.1.0\nFROM rocker/shiny:${V}"}, "4.1.0 false"},
		{"an image without a release", map[string]string{"Dockerfile": "FROM rocker/r-ver:latest"}, " false"},
		{"Binder", map[string]string{"runtime.txt": "r-4.3-2024-01-15"}, "4.3 false"},
		{"packrat", map[string]string{"packrat/packrat.lock": "PackratFormat: 1.4\nRVersion: 3.6.3\n\nPackage: shiny\nVersion: 1.0\n"}, "3.6.3 true"},
	} {
		files := map[string]string{"app.R": app}
		for k, v := range c.files {
			files[k] = v
		}
		s := scan(t, files).Services[0]
		if got := fmt.Sprint(s.Version.V, s.Pinned); got != c.want {
			if got = fmt.Sprint(s.Version.V, " ", s.Pinned); got != c.want {
				t.Errorf("%s: got %q, want %q", c.why, got, c.want)
			}
		}
	}
}

// TestPackages: what installs the packages, and which of them are installed by name.
func TestPackages(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"what the sources load", map[string]string{"R/a.R": "DT::datatable(x); MASS::lda"}, "install.packages: DT shiny"},
		{"a script that installs", map[string]string{"install.R": "install.packages(c('shiny', 'sf'))"}, "install.packages: ; Rscript install.R"},
		{"a script with pak", map[string]string{"requirements.R": "pak::pkg_install('sf')"}, "pak: ; Rscript requirements.R"},
		{"a script that only loads", map[string]string{"packages.R": "library(sf)"}, "install.packages: sf shiny"},
		{"a description", map[string]string{"DESCRIPTION": "Imports: shiny"}, `remotes: ; Rscript -e remotes::install_deps(upgrade = "never")`},
		{"a lock file without Shiny", map[string]string{"renv.lock": `{"Packages": {"DT": {}}}`}, `renv: shiny; Rscript -e renv::restore(library = "/usr/local/lib/R/site-library", prompt = FALSE)`},
		{"analyses beside it", map[string]string{"paper/fig.R": "library(ggplot2)", "eda.Rmd": "```{r}\nlibrary(gt)\n```"}, "install.packages: shiny"},
		{"what it sources", map[string]string{"global.R": "source('helpers/io.R')", "helpers/io.R": "library(readr)", "helpers/old.R": "library(plyr)"}, "install.packages: readr shiny"},
		{"what it sources by a list", map[string]string{"global.R": "lapply(list.files('helpers', full.names = TRUE), source)", "helpers/io.R": "library(readr)"}, "install.packages: readr shiny"},
		{"rv", map[string]string{"rproject.toml": "[project]\nname = \"a\"\nr_version = \"4.4\"\ndependencies = [\n  \"DT\",\n  {name = \"gt\", install_suggestions = true},\n]"}, "rv: DT gt shiny"},
		{"Bioconductor", map[string]string{"global.R": "library(limma)"}, "install.packages: shiny BiocManager | limma"},
	} {
		files := map[string]string{"app.R": app}
		for k, v := range c.files {
			files[k] = v
		}
		s := scan(t, files).Services[0]
		f := s.Facts.(*Facts)
		got := s.PackageManager.V + ":"
		for _, n := range f.Names {
			got += " " + n.String()
		}
		for _, n := range f.Bioc {
			got += " | " + n.String()
		}
		if !f.Install.IsZero() {
			got += "; " + strings.Join(f.Install.Args(), " ")
		}
		if got = strings.Replace(got, ":;", ": ;", 1); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// TestHostile: names that mean something to R or to a shell come out as data.
func TestHostile(t *testing.T) {
	p := scan(t, map[string]string{"it's.R": app, "DESCRIPTION": "Package: a'); system('x\nImports: shiny\n"})
	for _, s := range p.Services {
		if got := s.Start.V.Args()[2]; !strings.Contains(got, `'it\'s.R'`) {
			t.Error(got)
		}
	}
	if len(p.Services) != 1 {
		t.Error(p.Services)
	}
	for _, broken := range []map[string]string{{"renv.lock": "{", "app.R": app}, {"DESCRIPTION": "no field", "app.R": app}, {"DESCRIPTION": "Depends: R (>= four)", "app.R": app}} {
		if _, err := scanOne(broken); err == nil || !strings.Contains(err.Error(), ":") {
			t.Errorf("%v: %v", broken, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("library(plumber)\npr_run(pr('a.R'), port = 1)", "Package: a\nImports: shiny", `{"R": {"Version": "4.1"}}`)
	f.Add("shinyApp(ui, server, options = list(port = p))", "Depends: R (>= 4)", "{}")
	f.Fuzz(func(_ *testing.T, script, description, lock string) {
		_, _ = scanOne(map[string]string{"app.R": script, "R/run_app.R": script, "DESCRIPTION": description, "NAMESPACE": script, "a/renv.lock": lock, "a/server.R": script, "b/index.Rmd": script, "b/plumber.R": script, "config.yml": script})
	})
}

func scanOne(files map[string]string) (*detect.Project, error) {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return detect.Scan(context.Background(), tree, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}})
}
