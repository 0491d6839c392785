package elixir

import "testing"

func TestRequirement(t *testing.T) {
	for _, c := range []struct {
		asked, version string
		want           bool
	}{
		{"~> 1.15", "1.19.5", true},
		{"~> 1.15", "2.0.0", false},
		{"~> 1.15", "1.14.5", false},
		{"~> 1.15.3", "1.15.8", true},
		{"~> 1.15.3", "1.16.0", false},
		{"~> 1.15.3", "1.15.2", false},
		{">= 1.14.0 and < 1.17.0", "1.16.3", true},
		{">= 1.14.0 and < 1.17.0", "1.17.0", false},
		{"~> 1.9 or ~> 2.0", "2.1.0", true},
		{"1.18.4", "1.18.4", true},
		{"== 1.18.4", "1.18.3", false},
		{"!= 1.18.4", "1.18.3", true},
		{">= 1.18.0-rc.0", "1.18.0", true},
	} {
		r, err := parseRequirement(c.asked)
		if err != nil {
			t.Errorf("%q: %v", c.asked, err)
		} else if got := r.allows(c.version); got != c.want {
			t.Errorf("%q allows %s: %v", c.asked, c.version, got)
		}
	}
	for _, bad := range []string{"", "newest", "~>", ">= x", "1.2.3.4"} {
		if _, err := parseRequirement(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
