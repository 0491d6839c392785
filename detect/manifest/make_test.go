package manifest

import "testing"

func TestMigrateTarget(t *testing.T) {
	for _, c := range []struct{ why, text, want string }{
		{"the usual", "build:\n\tgo build\n\nmigrate: build ## brings the database up to date\n\t@node scripts/migrate.js\n", "node scripts/migrate.js"},
		{"a value of the file", "DIR := db\nmigrate:\n\tphp $(DIR)/migrate.php ${DIR}\n", "php db/migrate.php db"},
		{"a value that is not known", "migrate:\n\tphp $(DIR)/migrate.php\n", "php $(DIR)/migrate.php"},
		{"several lines", "migrate:\n\tcd db\n\t-./up\n", "cd db && ./up"},
		{"a line that goes on", "migrate:\n\tpython \\\n\t  migrate.py\n", "python  \t  migrate.py"},
		{"a variable of the shell", "migrate:\n\tpython migrate.py $$HOME\n", "python migrate.py $HOME"},
		{"production before development", "migrate:\n\ta\nmigrate-prod:\n\tb\n", "b"},
		{"it only needs others", ".PHONY: migrate\nmigrate: up\nup:\n\ta\n", ""},
		{"a value that is called so", "migrate := a\nx:\n\tb\n", ""},
		{"of another target", "migrate-down:\n\ta\n", ""},
	} {
		got, _ := MigrateTarget(dirOf(t, ".", map[string]string{"Makefile": c.text}))
		if got.Text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got.Text, c.want)
		}
	}
}
