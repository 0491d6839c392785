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
