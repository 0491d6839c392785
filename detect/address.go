package detect

import (
	"net/url"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// Known is how the files of a project speak of one of its services once it runs, beside
// its name and its port.
type Known struct {
	Hosts []safe.Label // its names in a Compose file that somebody wrote
	Ports []safe.Port  // those on the developer's own machine
}

// LocalAddress is a text that is the address of a program on the developer's own machine: a
// URL, behind a word and a colon too ("configserver:http://localhost:8888"), or a host and a
// port. Any other text gives the zero label.
func LocalAddress(text string) safe.Label {
	a := ParseAddress(text)
	if a.Host == "" || a.Port == 0 || !a.Local() {
		return safe.Label{}
	}
	label, err := safe.NewLabel(text)
	if err != nil {
		return safe.Label{}
	}
	return label
}

// Address is the address of a program, in its parts.
type Address struct {
	Before string // what stands before it
	Scheme string // "http" or "https"; "" for a host and a port alone
	Host   string
	Port   safe.Port // 0: the scheme's own
	Path   string    // escaped
}

// Local reports whether it is on the developer's own machine.
func (a Address) Local() bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "0.0.0.0", "::1", "host.docker.internal"}, a.Host)
}

// ParseAddress takes an address apart; one that is none has no host.
func ParseAddress(text string) Address {
	var a Address
	rest := text
	if before, after, ok := strings.Cut(text, "://"); ok {
		i := strings.LastIndexByte(before, ':') + 1
		a.Before, a.Scheme, rest = before[:i], before[i:], after
		if a.Scheme != "http" && a.Scheme != "https" {
			return Address{}
		}
	}
	u, err := url.Parse("//" + rest)
	if err != nil || u.Hostname() == "" || strings.Contains(text, ",") || u.User != nil || u.RawQuery != "" || u.Fragment != "" || a.Scheme == "" && (u.Port() == "" || u.Path != "") {
		return Address{}
	}
	n := 0
	for _, c := range u.Port() {
		n = min(n*10+int(c-'0'), 1<<17)
	}
	if u.Port() != "" {
		if a.Port, err = safe.NewPort(n); err != nil {
			return Address{}
		}
	}
	a.Host, a.Path = u.Hostname(), u.EscapedPath()
	return a
}
