package java

import (
	"fmt"
	"testing"
)

// TestLogFolders holds where a program's logs go, by its configuration.
func TestLogFolders(t *testing.T) {
	appender := func(inside string) string {
		return "<configuration>" + inside + "<appender name=\"c\" class=\"ch.qos.logback.core.ConsoleAppender\"/></configuration>"
	}
	rolling := func(file string) string {
		return "<appender name=\"f\" class=\"ch.qos.logback.core.rolling.RollingFileAppender\">" + file + "</appender>"
	}
	for _, c := range []struct{ name, text, want string }{
		{"logback.xml", appender("<property name=\"log.path\" value=\"/home/shop/logs\"/>" + rolling("<file>${log.path}/info.log</file>") + rolling("<file>${log.path}/error.log</file>")), "[{home/shop/logs home/shop}]"},
		{"logback-spring.xml", appender("<property name=\"log.path\" value=\"${LOG_HOME:-/data/applogs}/shop/shop.log\"/>" + rolling("<file>${log.path}</file>")), "[{data/applogs/shop data/applogs}]"},
		{"logback.xml", appender(rolling("<rollingPolicy><fileNamePattern>logs/%d{yyyy}/a.log</fileNamePattern></rollingPolicy>")), "[{app/logs app}]"},
		{"logback.xml", appender(rolling("<file>${catalina.base}/a.log</file>") + rolling("<file>D:\\logs\\a.log</file>") + rolling("<file>/tmp/a.log</file>") + rolling("<file>a.log</file>")), "[]"},
		{"log4j2.xml", "<Configuration><Properties><Property name=\"dir\">/var/logs/shop</Property></Properties><Appenders><RollingFile name=\"r\" fileName=\"${dir}/a.log\"/></Appenders></Configuration>", "[{var/logs/shop var/logs}]"},
		{"application.properties", "logging.file.path=/var/logs\n", "[{var/logs var}]"},
		{"application.properties", "server.port=8081\n", "[]"},
	} {
		s := one(t, "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><dependencies>"+dependencyOf("org.springframework.boot", "spring-boot-starter-web")+"</dependencies><build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>\n-- src/main/java/a/App.java --\npackage a;\n@SpringBootApplication\npublic class App { public static void main(String[] args) { SpringApplication.run(App.class, args); } }\n-- src/main/resources/"+c.name+" --\n"+c.text+"\n")
		if got := fmt.Sprint(s.Facts.(*Facts).Logs); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}
