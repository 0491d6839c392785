package java

import "testing"

// TestTwoBuilds holds which of two build files is taken: the one with a wrapper, unless
// its Gradle is long gone.
func TestTwoBuilds(t *testing.T) {
	for version, want := range map[string]string{"8.10": "gradle", "2.13": "maven"} {
		s := one(t, "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><dependencies>"+dependencyOf("com.sparkjava", "spark-core")+"</dependencies></project>\n-- build.gradle --\napply plugin: 'java'\napply plugin: 'application'\nmainClassName = 'a.Main'\ndependencies { implementation 'com.sparkjava:spark-core:2.9.4' }\n-- gradlew --\n#!/bin/sh\n-- gradle/wrapper/gradle-wrapper.properties --\ndistributionUrl=https\\://x/gradle-"+version+"-bin.zip\n-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { port(4567); } }\n")
		if got := s.PackageManager.V; got != want {
			t.Errorf("Gradle %s: %s, want %s", version, got, want)
		}
	}
}

// TestPlayWithTwoBuilds holds that sbt packages a program of Play's, under whatever name
// Gradle has the plug-in.
func TestPlayWithTwoBuilds(t *testing.T) {
	s := one(t, "-- build.sbt --\nlazy val root = (project in file(\".\")).enablePlugins(PlayJava)\n-- project/plugins.sbt --\naddSbtPlugin(\"org.playframework\" % \"sbt-plugin\" % \"3.0.11\")\n-- project/build.properties --\nsbt.version=1.11.7\n"+
		"-- build.gradle.kts --\nplugins { alias(libs.plugins.play) }\n-- gradle/libs.versions.toml --\n[plugins]\nplay = { id = \"org.playframework.play\", version = \"3.1.0\" }\n-- gradlew --\n#!/bin/sh\n-- app/controllers/A.java --\npackage controllers;\npublic class A extends Controller { }\n-- app/views/Tag.scala --\npackage views\nobject Tag\n-- app/controllers/B.java --\npackage controllers;\npublic class B extends Controller { }\n")
	if s.PackageManager.V != "sbt" || s.Language != "java" || s.Framework.V != "play" {
		t.Errorf("%s, %s, %s", s.PackageManager.V, s.Language, s.Framework.V)
	}
}
