package evidence

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// maxLooked bounds how many files of one kind are read.
const maxLooked = 50

// contextFiles completes what the build's context holds: files that are named
// like secrets and are none are let in, and so are files of containers that lie
// in a folder which is read as a whole; a virtual environment is left out.
func contextFiles(d *detect.Dir, s *detect.Service) error {
	root := fromRoot(d, s)
	looked := 0
	for name := range root.Files("*.pem", ".npmrc") {
		if looked++; looked > maxLooked {
			break
		}
		data, err := root.Read(name)
		if err != nil {
			continue
		}
		p, err := safe.NewRelPath(name)
		if err != nil {
			continue
		}
		switch path.Base(name) {
		case ".npmrc":
			if !tokenRE().Match(data) {
				s.Context.Public = append(s.Context.Public, detect.Part{Path: p, Why: root.Note(name, 0, "settings of npm without a token")})
			}
		default:
			if certificate(data) {
				s.Context.Public = append(s.Context.Public, detect.Part{Path: p, Why: root.Note(name, 0, "a certificate without its key")})
			}
		}
	}
	for _, keep := range slices.Clone(s.Context.Keep) {
		if keep.String() == "." || !root.HasDir(keep.String()) {
			continue
		}
		below := root.Sub(keep.String())
		for name := range below.Files(detect.ContainerFiles()...) {
			if p, err := keep.Join(name); err == nil && !slices.Contains(s.Context.Keep, p) {
				s.Context.Keep = append(s.Context.Keep, p)
			}
		}
	}
	if root.Has("venv/pyvenv.cfg") {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/venv"))
	}
	return nil
}

// fromRoot is the folder that the build takes as its context.
func fromRoot(d *detect.Dir, s *detect.Service) *detect.Dir {
	for _, at := range upwards(d) {
		if at.Path() == s.Root.String() {
			return at
		}
	}
	return d
}

// tokenRE finds a credential in an .npmrc; a reference to a variable is none.
var tokenRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[^#;\n]*(?:_authToken|_auth|_password|:password|certfile|keyfile)\s*=\s*[^$\s]`)
})

// certificate reports whether a PEM file holds certificates and public keys alone.
func certificate(data []byte) bool {
	return bytes.Contains(data, []byte("-----BEGIN ")) && !bytes.Contains(data, []byte("PRIVATE")) &&
		(bytes.Contains(data, []byte("BEGIN CERTIFICATE")) || bytes.Contains(data, []byte("BEGIN PUBLIC KEY")) || bytes.Contains(data, []byte("BEGIN TRUSTED CERTIFICATE")))
}
