package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const tag = "v1.2.3"

// platform is an operating system and an architecture, as Go names them.
type platform struct{ os, arch string }

// host is the only platform for which these tests really build, because a cold
// build for each takes minutes. The archives of the others contain a program
// that does nothing.
var host = platform{runtime.GOOS, runtime.GOARCH}

// onlyForHost replaces the go command for GoReleaser.
const onlyForHost = `#!/bin/sh
if [ "$1" = build ] && [ "$GOOS/$GOARCH" != %s/%s ]; then
  while [ "$1" != -o ]; do shift; done
  exec cp %s "$2"
fi
exec %s "$@"
`

// A release is built, and installed as krew does it.
func TestRelease(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program that stands for go is a shell script")
	}
	goreleaser := os.Getenv("GORELEASER")
	if goreleaser == "" {
		t.Skip("GORELEASER is not set: run make releases, which names its module and version")
	}
	dist := release(t, goreleaser)

	t.Run("files", func(t *testing.T) {
		want := []string{"checksums.txt"}
		for _, archive := range []string{
			"darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "linux_amd64.tar.gz", "linux_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip",
		} {
			target, _, _ := strings.Cut(archive, ".")
			want = append(want, program+"_"+archive, program+"_"+target+".cdx.json")
		}
		slices.Sort(want)
		if got := published(t, dist); !slices.Equal(got, want) {
			t.Errorf("files %q, want %q", got, want)
		}
	})
	t.Run("the checksums are those that sha256sum checks", func(t *testing.T) { checksumsHold(t, dist) })
	t.Run("the bill of materials lists the modules of go.mod", func(t *testing.T) { billOfMaterials(t, dist) })
	t.Run("krew installs it", func(t *testing.T) {
		versionIsStamped(t, installWithKrew(t, renderKrewManifest(t, dist, tag), host))
	})
	t.Run("from another directory, the same bytes", func(t *testing.T) {
		again := release(t, goreleaser)
		for _, name := range published(t, again) {
			if !bytes.Equal(read(t, filepath.Join(dist, name)), read(t, filepath.Join(again, name))) {
				t.Errorf("%s differs", name)
			}
		}
	})
}

// release runs GoReleaser in a copy of the sources, whose only commit is tagged,
// and returns its dist.
func release(t *testing.T, goreleaser string) (dist string) {
	t.Helper()
	root := copySources(t)
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"remote", "add", "origin", "https://github.com/prodcheck/kubectl-prodcheck"},
		{"add", "--all"},
		{"commit", "--quiet", "--message=Release"},
		{"tag", tag},
	} {
		run(t, root, "git", append([]string{"-c", "user.name=test", "-c", "user.email=test@localhost"}, args...)...)
	}
	tools := t.TempDir()
	stub := filepath.Join(tools, "stub")
	write(t, filepath.Join(stub, "go.mod"), "module stub\n")
	write(t, filepath.Join(stub, "main.go"), "package main\n\nfunc main() {}\n")
	run(t, stub, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", "stub", ".")
	command, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(tools, "go"), fmt.Sprintf(onlyForHost, host.os, host.arch, filepath.Join(stub, "stub"), command))
	run(t, root, command, "run", "-exec", "env PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"),
		goreleaser, "release", "--clean", "--skip=announce,docker,publish")
	return filepath.Join(root, "dist")
}

// copySources copies every file that git tracks or would add, in its current
// state.
func copySources(t *testing.T) string {
	t.Helper()
	target := t.TempDir()
	names := run(t, repository, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for _, name := range strings.Split(strings.TrimSuffix(names, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(repository, name))
		if os.IsNotExist(err) {
			continue // The file is deleted but the deletion is not committed yet.
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(target, name), string(content))
	}
	return target
}

// published returns the names of the files in a release.
func published(t *testing.T, dist string) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"checksums.txt", program + "_*.*.*", program + "_*.zip"} {
		files, err := filepath.Glob(filepath.Join(dist, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				names = append(names, filepath.Base(file))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func checksumsHold(t *testing.T, dist string) {
	lines := strings.Split(strings.TrimSuffix(string(read(t, filepath.Join(dist, "checksums.txt"))), "\n"), "\n")
	if len(lines) != 12 {
		t.Errorf("%d lines, want an archive and a bill of materials for 6 platforms", len(lines))
	}
	for _, line := range lines {
		sum, name, found := strings.Cut(line, "  ")
		if !found || sum != fmt.Sprintf("%x", sha256.Sum256(read(t, filepath.Join(dist, name)))) {
			t.Errorf("%q", line)
		}
	}
}

// versionIsStamped runs the plugin that krew has linked.
func versionIsStamped(t *testing.T, plugin string) {
	var version struct{ Version, GitCommit, BuildDate string }
	if err := json.Unmarshal([]byte(run(t, ".", plugin, "version", "-o", "json")), &version); err != nil {
		t.Fatal(err)
	}
	if version.Version != tag || len(version.GitCommit) != 40 || version.BuildDate != commitDate {
		t.Errorf("the version is %+v", version)
	}
}

func billOfMaterials(t *testing.T, dist string) {
	var bom struct {
		Metadata struct {
			Component struct{ Name, Version string }
		}
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(read(t, filepath.Join(dist, program+"_"+host.os+"_"+host.arch+".cdx.json")), &bom); err != nil {
		t.Fatal(err)
	}
	if c := bom.Metadata.Component; c.Name != "github.com/prodcheck/kubectl-prodcheck" || c.Version != tag {
		t.Errorf("it is of %s %s", c.Name, c.Version)
	}
	versions := map[string]string{}
	for _, c := range bom.Components {
		versions[c.Name] = c.Version
	}
	want := strings.TrimSpace(run(t, repository, "go", "list", "-m", "-f", "{{.Version}}", "k8s.io/client-go"))
	if got := versions["k8s.io/client-go"]; got != want {
		t.Errorf("k8s.io/client-go %q, want %s", got, want)
	}
	if got := versions["std"]; got != runtime.Version() {
		t.Errorf("std %q, want %s", got, runtime.Version())
	}
}

// commitDate is the date of the commit, and so of everything in the release.
const commitDate = "2026-11-21T12:00:00Z"

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+commitDate, "GIT_COMMITTER_DATE="+commitDate)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", name, args, err, out, stderr.Bytes())
	}
	return string(out)
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}
