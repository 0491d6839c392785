package sqldump

import (
	"reflect"
	"slices"
	"testing"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Dump
	}{
		{"nothing", "", Dump{}},
		{"a table of any server", "create table teas (id int);", Dump{Tables: true}},
		{"phpMyAdmin's, out of MariaDB", "-- phpMyAdmin SQL Dump\n-- Server version: 10.4.11-MariaDB\nSET time_zone = \"+00:00\";\nCREATE TABLE `teas` (\n  `id` int(11) NOT NULL AUTO_INCREMENT\n) ENGINE=InnoDB;\nINSERT INTO `teas` VALUES (1, 'it''s; CREATE DATABASE x');", Dump{Tables: true, Rows: true, Dialect: "mysql", MariaDB: true}},
		{"mysqldump's of a database", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\nUSE `shop`;\nCREATE TABLE `a` (`b` int);", Dump{Tables: true, Dialect: "mysql", Database: "shop"}},
		{"one that stops", "CREATE DATABASE shop;\nUSE shop;\nCREATE TABLE a (b int unsigned);", Dump{Tables: true, Dialect: "mysql", Database: "shop", Creates: true}},
		{"one that drops it first", "drop database if exists shop;\ncreate database shop;\nuse shop;\ncreate table a (b int auto_increment);", Dump{Tables: true, Dialect: "mysql", Database: "shop"}},
		{"pg_dump's", "-- PostgreSQL database dump\nCREATE TABLE public.teas (id integer);\nALTER TABLE public.teas OWNER TO bob;\nCOPY public.teas (id) FROM stdin;\n1\tCREATE DATABASE x;\n\\.\n", Dump{Tables: true, Rows: true, Dialect: "postgres", Owners: true}},
		{"one that connects elsewhere", "\\connect shop\nCREATE TABLE a (b jsonb);", Dump{Tables: true, Dialect: "postgres", Creates: true}},
		{"SQLite", "PRAGMA foreign_keys=OFF;\nCREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);", Dump{Tables: true, Dialect: "sqlite"}},
		{"words in comments and strings", "# CREATE TABLE a\n/* CREATE TABLE b */ SELECT 'CREATE TABLE c';", Dump{}},
		{"an open string", "CREATE TABLE a (b int default 'x", Dump{Tables: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Read(c.text)
			got.Names = nil
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("Read() = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	got := Read("CREATE TABLE `A` (x int);\ncreate table if not exists b(x int);\nCREATE TABLE public.teas (id integer);").Names
	if want := []string{"a", "b", "teas"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("COPY a FROM stdin;\n1\n\\.\n/*!40000 x */ `y")
	f.Fuzz(func(_ *testing.T, text string) { Read(text) })
}
