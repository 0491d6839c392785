package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// Marker begins the header line that dockgen's renderer writes; the seal goes to
// the end of its paragraph.
const Marker = "# Written by dockgen"

// The seal is a comment in a Dockerfile, an ignore file and YAML alike. It holds
// no "=", so that BuildKit can't read a parser directive from it.
const sealPrefix = "# dockgen-seal: sha256:"

var (
	sealRE = regexp.MustCompile(`^` + sealPrefix + `([0-9a-f]{16})[ \t]*$`)
	// directiveRE is what BuildKit takes as a parser directive, which counts
	// only before any other comment.
	directiveRE = regexp.MustCompile(`^#[ \t]*[a-zA-Z][a-zA-Z0-9]*[ \t]*=[ \t]*.+$`)
	lineEndRE   = regexp.MustCompile(`\r+\n`)
)

// Seal returns content with LF line ends, a final newline and a seal line: a
// digest of all other lines. It stands behind the paragraph of comment lines
// that begins with [Marker]; a lone "#", an empty line and an instruction end a
// paragraph. Without a Marker it stands behind the parser directives. A seal
// that is there already is replaced.
//
// The seal tells an edit from an accident, it is no signature: 64 bits of
// SHA-256 are plenty for that.
func Seal(content []byte) []byte {
	lines, _ := split(content)
	digest := digestOf(lines)
	at := sealLine(lines)
	out := make([][]byte, 0, len(lines)+1)
	out = append(out, lines[:at]...)
	out = append(out, []byte(sealPrefix+digest))
	out = append(out, lines[at:]...)
	return join(out)
}

// Sealed reports whether content carries a seal, and whether everything else is
// as it was when it was sealed. CRLF line ends, as git's autocrlf writes them,
// are no change. Which version of dockgen set the seal doesn't matter.
func Sealed(content []byte) (sealed, intact bool) {
	lines, seals := split(content)
	if len(seals) == 0 {
		return false, false
	}
	if len(seals) > 1 || !bytes.HasSuffix(content, []byte("\n")) {
		return true, false
	}
	return true, seals[0] == digestOf(lines)
}

// split returns the lines of content without their ends and without the seal
// lines of the header, and the digests that those held.
func split(content []byte) (lines [][]byte, seals []string) {
	if len(content) == 0 {
		return nil, nil
	}
	if !bytes.HasSuffix(content, []byte("\n")) {
		content = append(bytes.Clone(content), '\n')
	}
	header := true
	for line := range bytes.Lines(normal(content)) {
		line = line[:len(line)-1]
		header = header && (len(line) == 0 || line[0] == '#')
		if header {
			if m := sealRE.FindSubmatch(line); m != nil {
				seals = append(seals, string(m[1]))
				continue
			}
		}
		lines = append(lines, line)
	}
	return lines, seals
}

// normal returns content with LF line ends.
func normal(content []byte) []byte {
	if !bytes.Contains(content, []byte("\r\n")) {
		return content
	}
	return lineEndRE.ReplaceAllLiteral(content, []byte("\n"))
}

// sealLine is the index in lines before which the seal belongs.
func sealLine(lines [][]byte) int {
	directives, inDirectives := 0, true
	for i, line := range lines {
		if len(line) > 0 && line[0] != '#' {
			break // the header is over
		}
		if inDirectives = inDirectives && directiveRE.Match(line); inDirectives {
			directives = i + 1
		}
		if bytes.HasPrefix(line, []byte(Marker)) {
			for i < len(lines) && isText(lines[i]) {
				i++
			}
			return i
		}
	}
	return directives
}

// isText reports whether line is a comment that says something.
func isText(line []byte) bool {
	return len(line) > 0 && line[0] == '#' && len(bytes.TrimSpace(line[1:])) > 0
}

func digestOf(lines [][]byte) string {
	sum := sha256.Sum256(join(lines))
	return hex.EncodeToString(sum[:8])
}

// join ends each line with LF.
func join(lines [][]byte) []byte {
	var b bytes.Buffer
	for _, line := range lines {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}
