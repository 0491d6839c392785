package crontab

import (
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "# a comment\n\nMAILTO=\"\"\n", ""},
		{"a log file", "0 1 * * * /usr/local/bin/php /var/www/html/a.php >> /var/log/a.log 2>&1", "0 1 * * *: /usr/local/bin/php /var/www/html/a.php"},
		{"a system's, with its account", "*/5 8-18 * * mon-fri\twww-data cd /app && php artisan x >/dev/null", "*/5 8-18 * * mon-fri: cd /app php artisan x (in /app)"},
		{"a word", "@daily php a.php 'b c'", "@daily: php a.php b c"},
		{"a pipe", "1,31 * * * * php a.php | php b.php", "1,31 * * * *: php a.php | php b.php"},
		{"once", "@reboot php a.php", "error"},
		{"a line of something else", "hello world how are you today", "error"},
		{"no command", "* * * * *", "error"},
		{"a field that is none", "* * * * $(x) php a.php", "error"},
		{"open quotes", "* * * * * php 'a", "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries, err := Parse(c.text)
			var got []string
			for _, e := range entries {
				var words []string
				for _, cmd := range e.Commands {
					if cmd.Op == "|" {
						words = append(words, "|")
					}
					words = append(words, cmd.Args...)
					if cmd.Dir != "" {
						words = append(words, "(in "+cmd.Dir+")")
					}
				}
				got = append(got, fmt.Sprintf("%s: %s", e.Schedule, strings.Join(words, " ")))
			}
			if err != nil {
				got = []string{"error"}
			}
			if text := strings.Join(got, "; "); text != c.want {
				t.Errorf("got %q, want %q (%v)", text, c.want, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("* * * * * root a >> b 2>&1\n@daily c && d")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = Parse(text) })
}
