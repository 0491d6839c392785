package java

import (
	"fmt"
	"strings"
	"testing"
)

// TestDump holds which files of SQL the database is filled with.
func TestDump(t *testing.T) {
	pom := "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><packaging>jar</packaging><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><dependencies>" + dependencyOf("org.springframework.boot", "spring-boot-starter-web") + dependencyOf("org.mybatis.spring.boot", "mybatis-spring-boot-starter") + dependencyOf("com.mysql", "mysql-connector-j") + "%s</dependencies><build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>\n" +
		"-- src/main/java/a/App.java --\npackage a;\n@SpringBootApplication\npublic class App { public static void main(String[] args) { SpringApplication.run(App.class, args); } }\n-- src/main/resources/application.properties --\nspring.datasource.url=jdbc:mysql://localhost:3306/shop\n"
	const users, items = "CREATE TABLE `user` (`id` int NOT NULL AUTO_INCREMENT);\n", "CREATE TABLE IF NOT EXISTS `item` (`id` int NOT NULL AUTO_INCREMENT);\n"
	for _, c := range []struct{ why, dependency, archive, want, database string }{
		{"one", "", "-- sql/shop.sql --\n" + users, "[sql/shop.sql]", ""},
		{"one that names the database", "", "-- doc/db/tables_shop.sql --\nCREATE DATABASE IF NOT EXISTS `shop`;\nUSE `shop`;\n" + users, "[doc/db/tables_shop.sql]", "shop"},
		{"two with tables of their own", "", "-- sql/shop.sql --\n" + users + "-- sql/quartz.sql --\n" + items, "[sql/quartz.sql sql/shop.sql]", ""},
		{"two of the same tables", "", "-- sql/shop.sql --\n" + users + "-- sql/old.sql --\n" + users + items, "[]", ""},
		{"beside what applies migrations", dependencyOf("org.flywaydb", "flyway-core"), "-- sql/shop.sql --\n" + users, "[]", ""},
		{"where the program makes its tables", "", "-- src/main/resources/application-x.properties --\n-- sql/shop.sql --\n" + users + "-- src/main/resources/application.yml --\nspring.jpa.hibernate.ddl-auto: update\n", "[]", ""},
	} {
		s := one(t, strings.Replace(pom, "%s", c.dependency, 1)+c.archive)
		need := s.Needs[0]
		if got := fmt.Sprint(need.Load); need.Name != "mysql" || got != c.want || need.Database.String() != c.database {
			t.Errorf("%s: %s %s %q, want %s %q", c.why, need.Name, got, need.Database, c.want, c.database)
		}
	}
}
