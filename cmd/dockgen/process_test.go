package main

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkProcess runs the built program on a small project and reports the CPU
// time of a whole process, its start with it. A wizard that is asked for often
// and a completion at each Tab have to be fast: 15 ms is the limit.
func BenchmarkProcess(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "dockgen")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	dir := shop(b)
	for _, args := range [][]string{{"--version"}, {"detect", dir}, {"init", "--yes", "--dry-run", dir}} {
		b.Run(args[0], func(b *testing.B) {
			var cpu time.Duration
			for b.Loop() {
				cmd := exec.Command(bin, args...)
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			}
			b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}
