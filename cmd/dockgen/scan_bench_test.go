package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

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
				p, err := detect.Scan(b.Context(), newProjectFS(root), detect.Config{Name: "bench", Detectors: all.Detectors(), Refiners: all.Refiners()})
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
