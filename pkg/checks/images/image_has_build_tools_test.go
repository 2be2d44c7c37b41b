package images

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
)

func TestToolchain(t *testing.T) {
	patterns := buildImages.In(&audit.Pass{})
	for text, want := range map[string]bool{
		"golang": true, "golang:1.26-alpine": true, "mirror.example:5000/library/golang:1.26": true, "docker.io/library/gcc:15": true,
		"maven:3-eclipse-temurin-21": true, "eclipse-temurin:21-jdk": true, "eclipse-temurin:21-jdk-alpine": true, "gradle:8-jdk21": true,
		"mcr.microsoft.com/dotnet/sdk:10.0": true, "registry.example/team/java-jdk:1": true, "registry.example/base:jdk21": true,
		"buildpack-deps": true, "mcr.microsoft.com/openjdk/jdk:21-ubuntu": true, "microsoft/dotnet:2.1-sdk": true,
		"registry.example/team/golang:1": false, "acme/rust:1": false, "swift/swift:5": false, "google/cloud-sdk:500.0.0-slim": false,
		"jenkins/jenkins:2.479-lts-jdk17": false, "tomcat:11-jdk21": false, "registry.example/team/shop-jdk:1": false,
		"registry.example/tools/sdk:1": false,
		"eclipse-temurin:21-jre":       false, "mcr.microsoft.com/dotnet/aspnet:10.0": false, "registry.example/golang/shop:1": false,
		"registry.example/golang-shop:1": false, "shop:golang": false, "node:24-slim": false, "sdkman:1": false, "python": false,
	} {
		ref, err := image.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := toolchain(ref, patterns); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestBuilds(t *testing.T) {
	commands := buildCommands.In(&audit.Pass{})
	for text, want := range map[string]string{
		"go run ./cmd/shop":                     "go run",
		"/usr/local/go/bin/go run .":            "go run",
		"go version":                            "",
		"mvn -q spring-boot:run":                "mvn",
		"./gradlew bootRun":                     "gradlew",
		"npm start":                             "",
		"npm --quiet ci":                        "npm ci",
		"npm install-test":                      "",
		"python3 -m pip install -r list.txt":    "pip install",
		"python3 -m shop":                       "",
		"apt-get -y install curl":               "apt-get install",
		"tini -- npm install":                   "npm install",
		"node server.js install":                "",
		"bundle exec puma":                      "",
		"pip install https://u:secret@pypi/a.b": "pip install",
	} {
		for name, words := range map[string][]string{"plain": strings.Fields(text), "script": {"sh", "-c", "set -e; " + text + " && exec ./run"}} {
			if got := builds(&corev1.Container{Command: words}, commands); got != want {
				t.Errorf("%s %q: %q, want %q", name, text, got, want)
			}
		}
	}
	if got := builds(&corev1.Container{Args: []string{"make", "run"}}, commands); got != "make" {
		t.Errorf("arguments alone: %q", got)
	}
}

// A pattern that no image can have would be listed in vain.
func TestBuildPatternsAreCanonical(t *testing.T) {
	for _, pattern := range slices.Concat(buildImages.In(&audit.Pass{}), buildCommands.In(&audit.Pass{})) {
		if pattern != strings.Join(strings.Fields(strings.ToLower(pattern)), " ") || strings.Contains(pattern, ",") {
			t.Errorf("%q", pattern)
		}
	}
}
