package php

import "testing"

// The cases are those of Composer's own page on versions and constraints.
func TestConstraint(t *testing.T) {
	for _, tt := range []struct {
		text string
		in   []string
		out  []string
	}{
		{"^8.1", []string{"8.1.0", "8.5.9"}, []string{"8.0.30", "9.0.0", "7.4.33"}},
		{"^8.1 || ^9.0", []string{"8.4.1", "9.1.0"}, []string{"7.4.33"}},
		{"^7.4|^8.0", []string{"7.4.33", "8.5.0"}, []string{"7.3.0"}},
		{">=8.1 <8.4", []string{"8.3.33"}, []string{"8.4.0", "8.0.1"}},
		{">=8.1,<8.4", []string{"8.1.0"}, []string{"8.4.0"}},
		{">= 8.1", []string{"8.5.0"}, []string{"8.0.30"}},
		{"~8.1", []string{"8.1.0", "8.9.0"}, []string{"9.0.0"}},
		{"~8.1.2", []string{"8.1.2", "8.1.34"}, []string{"8.2.0", "8.1.1"}},
		{"~8.3.0 || ~8.4.0", []string{"8.3.5", "8.4.24"}, []string{"8.5.0"}},
		{"8.1.*", []string{"8.1.0", "8.1.34"}, []string{"8.2.0"}},
		{"8.*", []string{"8.0.0", "8.5.0"}, []string{"7.4.0", "9.0.0"}},
		{"*", []string{"5.6.0", "8.5.0"}, nil},
		{"7.4 - 8.2", []string{"7.4.0", "8.2.33"}, []string{"8.3.0"}},
		{"8.0 - 8.2.5", []string{"8.2.5"}, []string{"8.2.6"}},
		{"!=8.3.0 ^8.2", []string{"8.3.1"}, []string{"8.3.0"}},
		{"^8.2@dev", []string{"8.2.0"}, []string{"8.1.0"}},
		{">=8.1.0-dev", []string{"8.1.0"}, []string{"8.0.0"}},
		{"v8.2.1", []string{"8.2.1"}, []string{"8.2.2"}},
		{"^0.3", []string{"0.3.9"}, []string{"0.4.0"}},
	} {
		c, err := parseConstraint(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		for _, v := range tt.in {
			if !c.allows(v) {
				t.Errorf("%s does not allow %s", tt.text, v)
			}
		}
		for _, v := range tt.out {
			if c.allows(v) {
				t.Errorf("%s allows %s", tt.text, v)
			}
		}
	}
	for _, bad := range []string{"", "latest", "^", "8.1 ||", "dev-main", "self.version", "8.99999999999"} {
		if _, err := parseConstraint(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzConstraint(f *testing.F) {
	for _, s := range []string{"^8.1 || ~7.4.0", "7.4 - 8.2", ">=8 <9,!=8.3", "8.*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := parseConstraint(s); err == nil {
			c.allows("8.5.0")
		}
	})
}

func TestOlder(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"8.1", "8.2", true}, {"8.10", "8.9", false}, {"7.4", "8.0", true}, {"8.2", "8.2", false}, {"8.2.7", "8.2", false}} {
		if got := older(tt.a, tt.b); got != tt.want {
			t.Errorf("older(%s, %s) is %t", tt.a, tt.b, got)
		}
	}
}
