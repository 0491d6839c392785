package java

import (
	"strings"
	"testing"
)

// TestSbtWar holds that a web archive of sbt's goes to Tomcat, and is Scala's whatever starts it.
func TestSbtWar(t *testing.T) {
	s := one(t, "-- build.sbt --\nlazy val root = (project in file(\".\")).enablePlugins(SbtTwirl, ContainerPlugin)\nscalaVersion := \"2.13.18\"\nlibraryDependencies ++= Seq(\n  \"org.scalatra\" %% \"scalatra-javax\" % \"3.2.0\",\n  \"javax.servlet\" % \"javax.servlet-api\" % \"3.1.0\" % \"provided\"\n)\n"+
		"-- project/plugins.sbt --\naddSbtPlugin(\"com.earldouglas\" % \"xsbt-web-plugin\" % \"4.2.5\")\naddSbtPlugin(\"com.eed3si9n\" % \"sbt-assembly\" % \"2.4.2\")\n-- project/build.properties --\nsbt.version=1.11.7\n"+
		"-- src/main/scala/a/B.scala --\npackage a\nclass B extends ScalatraServlet\n-- src/main/java/Launcher.java --\npublic class Launcher { public static void main(String[] args) { new Server(8080).start(); } }\n")
	f := s.Facts.(*Facts)
	if s.Language != "scala" || s.RunOn != "tomcat9" || f.Form != "war" || !strings.HasSuffix(s.Build.V.String(), "root/package") || f.In.String()+"/"+f.Glob != "target/scala-*/*.war" {
		t.Errorf("%s on %s, %s by %s, %s/%s", s.Language, s.RunOn, f.Form, s.Build.V, f.In, f.Glob)
	}
}
