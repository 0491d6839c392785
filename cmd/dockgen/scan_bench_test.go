package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"dockgen/detect"
	"dockgen/detect/all"
)

// BenchmarkScan detects what runs in generated projects. The largest has the
// shape of a repository that has been worked in for years: half of its files are
// installed dependencies and history.
func BenchmarkScan(b *testing.B) {
	for _, files := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			dir := b.TempDir()
			generate(b, dir, files)
			root, err := os.OpenRoot(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer root.Close()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			for b.Loop() {
				p, err := detect.Scan(b.Context(), newProjectFS(root), detect.Config{Name: "bench", Detectors: all.Detectors(), Joiners: all.Joiners(), Refiners: all.Refiners()})
				if err != nil {
					b.Fatal(err)
				}
				if len(p.Services) == 0 {
					b.Fatal("nothing was found")
				}
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.Sys)/1e6, "MB-of-process")
		})
	}
}

// generate writes a Node project of about so many files, fifty a folder.
func generate(b *testing.B, dir string, files int) {
	b.Helper()
	write := func(name, text string) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("package.json", `{"name": "bench", "scripts": {"start": "node src/index.js"}, "dependencies": {"express": "^5.1.0"}}`)
	write("package-lock.json", `{"name": "bench", "lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "^5.1.0"}}, "node_modules/express": {"version": "5.1.0"}}}`)
	write("src/index.js", "require('express')().listen(process.env.PORT || 3000)\n")
	kinds := []func(i int) string{
		func(i int) string { return fmt.Sprintf("src/area%d/part%d/module%d.js", i/2500, i/50%50, i) },
		func(i int) string { return fmt.Sprintf("docs/chapter%d/page%d.md", i/50, i) },
		func(i int) string { return fmt.Sprintf("node_modules/package%d/lib/file%d.js", i/50, i) },
		func(i int) string { return fmt.Sprintf(".git/objects/%02x/%038x", i%256, i) },
	}
	for i := range files - 3 {
		write(kinds[i%len(kinds)](i), "module.exports = {}\n")
	}
}

// BenchmarkMonorepo detects 2,000 services among 1,000,000 files, and walks the same
// tree bare, in the same run: most of the files are nobody's sources.
func BenchmarkMonorepo(b *testing.B) {
	if testing.Short() {
		b.Skip("skipped: a million files take half a minute to make; leave -short out")
	}
	dir := b.TempDir()
	const services = 2000
	for i := range services {
		service(b, filepath.Join(dir, fmt.Sprintf("group-%d/service-%d", i/50, i)), i, 500)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	var bare, scan time.Duration
	for b.Loop() {
		began := time.Now()
		if err := filepath.WalkDir(dir, func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(began)
		began = time.Now()
		p, err := detect.Scan(b.Context(), newProjectFS(root), detect.Config{Name: "bench", Detectors: all.Detectors(), Joiners: all.Joiners(), Refiners: all.Refiners()})
		if err != nil {
			b.Fatal(err)
		}
		scan += time.Since(began)
		if len(p.Services) != services {
			b.Fatalf("%d services, want %d", len(p.Services), services)
		}
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(mem.Sys)/1e6, "MB-of-process")
	b.ReportMetric(scan.Seconds()/float64(b.N), "s/scan")
	b.ReportMetric(bare.Seconds()/float64(b.N), "s/bare-walk")
}

// service writes a small service in one of three languages, and pictures up to so
// many files.
func service(b *testing.B, dir string, i, files int) {
	b.Helper()
	texts := []map[string]string{
		{
			"package.json":  `{"name": "shop", "scripts": {"start": "node src/server.js"}, "dependencies": {"express": "5.1.0", "pg": "8.16.0"}}`,
			"src/server.js": "require('express')().listen(process.env.PORT || 3000)\n",
		},
		{
			"requirements.txt": "fastapi==0.110.0\nuvicorn==0.29.0\n",
			"main.py":          "from fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get('/healthz')\ndef health():\n    return {}\n",
		},
		{
			"go.mod":  "module example.com/shop\n\ngo 1.26\n",
			"main.go": "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n",
		},
	}[i%3]
	for len(texts) < files {
		texts[fmt.Sprintf("assets/part-%d/image-%03d.png", len(texts)/100, len(texts))] = ""
	}
	for name, text := range texts {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}
