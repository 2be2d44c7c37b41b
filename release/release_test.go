package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// host is the platform that these tests really build for, as a cold build for each takes minutes. In the archives of the
// others is a program that does nothing.
var host = Platform{runtime.GOOS, runtime.GOARCH}

// built is a release of this very source tree.
func built(t *testing.T) Release {
	t.Helper()
	config, err := readConfig(repository)
	if err != nil {
		t.Fatal(err)
	}
	r := Release{Root: repository, Dist: t.TempDir(), Config: config, Revision: Revision{
		ProjectName: config.ProjectName, Version: "1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567",
		ShortCommit: "0123456", CommitDate: "2026-11-21T12:00:00Z", CommitTimestamp: 1795262400,
	}}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other+".go", []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", other, other+".go").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.compile = func(ctx context.Context, root string, revision Revision, b Build, p Platform, file string) error {
		if p == host {
			return goBuild(ctx, root, revision, b, p, file)
		}
		content, err := os.ReadFile(other)
		if err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o755)
	}
	return r
}

// A release, built, and installed as krew does it.
func TestRelease(t *testing.T) {
	r := built(t)
	files, err := r.write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"checksums.txt", "kubectl-prodcheck_image_linux_amd64.tar", "kubectl-prodcheck_image_linux_arm64.tar", "prodcheck.yaml"}
	for _, archive := range []string{
		"darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "linux_amd64.tar.gz", "linux_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip",
	} {
		want = append(want, "kubectl-prodcheck_"+archive, "kubectl-prodcheck_"+archive+".cdx.json")
	}
	slices.Sort(want)
	slices.Sort(files)
	if !slices.Equal(files, want) {
		t.Fatalf("files %q, want %q", files, want)
	}

	t.Run("the checksums are those that sha256sum checks", func(t *testing.T) {
		checksumsHold(t, r)
	})
	t.Run("krew installs it", func(t *testing.T) {
		plugin := installWithKrew(t, filepath.Join(r.Dist, "prodcheck.yaml"), host)
		versionIsStamped(t, r, plugin)
	})
	t.Run("the bill of materials lists the modules of go.mod", func(t *testing.T) {
		billOfMaterials(t, r)
	})
	t.Run("the image holds the program alone, and does not run it as root", func(t *testing.T) {
		imageHoldsTheProgram(t, r)
	})
	t.Run("from another directory, the same bytes", func(t *testing.T) {
		sameAgain(t, r)
	})
}

func checksumsHold(t *testing.T, r Release) {
	listed, err := os.ReadFile(filepath.Join(r.Dist, "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(listed), "\n"), "\n")
	if len(lines) != 12 {
		t.Errorf("%d lines, want an archive and a bill of materials for 6 platforms", len(lines))
	}
	for _, line := range lines {
		sum, name, found := strings.Cut(line, "  ")
		content, err := os.ReadFile(filepath.Join(r.Dist, name))
		if !found || err != nil || sum != fmt.Sprintf("%x", sha256.Sum256(content)) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

// versionIsStamped runs the plugin that krew has linked.
func versionIsStamped(t *testing.T, r Release, plugin string) {
	t.Helper()
	out, err := exec.Command(plugin, "version", "-o", "json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var version struct{ Version, GitCommit, BuildDate string }
	if err := json.Unmarshal(out, &version); err != nil {
		t.Fatal(err)
	}
	if version.Version != "v1.2.3" || version.GitCommit != r.Commit || version.BuildDate != r.CommitDate {
		t.Errorf("the version says %s", out)
	}
}

func billOfMaterials(t *testing.T, r Release) {
	data, err := os.ReadFile(filepath.Join(r.Dist, "kubectl-prodcheck_"+host.OS+"_"+host.Arch+".tar.gz.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(data), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if c := bom.Metadata.Component; c.Name != "github.com/prodcheck/kubectl-prodcheck" || c.Version != "v1.2.3" {
		t.Errorf("it is of %s %s", c.Name, c.Version)
	}
	versions := map[string]string{}
	for _, c := range *bom.Components {
		if c.PackageURL != "pkg:golang/"+c.Name+"@"+c.Version {
			t.Errorf("%s %s has the address %s", c.Name, c.Version, c.PackageURL)
		}
		versions[c.Name] = c.Version
	}
	modules := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "k8s.io/client-go")
	modules.Dir = r.Root
	want, err := modules.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := versions["k8s.io/client-go"]; got != strings.TrimSpace(string(want)) {
		t.Errorf("k8s.io/client-go %q, want %s", got, want)
	}
	if "go"+versions["stdlib"] != runtime.Version() {
		t.Errorf("stdlib %q, built with %s", versions["stdlib"], runtime.Version())
	}
}

func imageHoldsTheProgram(t *testing.T, r Release) {
	for _, arch := range []string{"amd64", "arm64"} {
		image, err := tarball.ImageFromPath(filepath.Join(r.Dist, "kubectl-prodcheck_image_linux_"+arch+".tar"), nil)
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.OS != "linux" || config.Architecture != arch {
			t.Errorf("%s/%s, want linux/%s", config.OS, config.Architecture, arch)
		}
		if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(config.Config.User) {
			t.Errorf("user %q: a node can only tell by numbers that it is not root", config.Config.User)
		}
		if !slices.Equal(config.Config.Entrypoint, []string{"/kubectl-prodcheck"}) {
			t.Errorf("entrypoint %q", config.Config.Entrypoint)
		}
		layers, err := image.Layers()
		if err != nil || len(layers) != 1 {
			t.Fatalf("%d layers, %v", len(layers), err)
		}
		layer, err := layers[0].Compressed()
		if err != nil {
			t.Fatal(err)
		}
		var compressed bytes.Buffer
		if _, err := compressed.ReadFrom(layer); err != nil {
			t.Fatal(err)
		}
		entries, err := unpackTarGz(compressed.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 1 || entries[0].name != "kubectl-prodcheck" || entries[0].mode.Perm() != 0o755 {
			t.Errorf("%d files in it, the first %s %s", len(entries), entries[0].name, entries[0].mode)
		}
	}
}

// sameAgain builds the release once more, from a copy of its sources.
func sameAgain(t *testing.T, r Release) {
	elsewhere := t.TempDir()
	listed := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	listed.Dir = r.Root
	names, err := listed.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(r.Root, name))
		if os.IsNotExist(err) {
			continue // Deleted, and not yet committed.
		}
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(elsewhere, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := built(t)
	again.Root = elsewhere
	if _, err := again.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(r.Dist, "*.*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		one, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.ReadFile(filepath.Join(again.Dist, filepath.Base(file)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, two) {
			t.Errorf("%s differs", filepath.Base(file))
		}
	}
}
