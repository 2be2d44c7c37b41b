package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"
)

// krewPlugin is krew's plugin manifest. Krew ignores unknown fields, so that a
// slip passes; this decoding does not.
type krewPlugin struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string         `json:"version"`
		Homepage         string         `json:"homepage"`
		ShortDescription string         `json:"shortDescription"`
		Description      string         `json:"description"`
		Caveats          string         `json:"caveats"`
		Platforms        []krewPlatform `json:"platforms"`
	} `json:"spec"`
}

type krewPlatform struct {
	Selector struct {
		MatchLabels map[string]string `json:"matchLabels"`
	} `json:"selector"`
	URI    string `json:"uri"`
	Sha256 string `json:"sha256"`
	Bin    string `json:"bin"`
}

// installWithKrew installs a plugin from a manifest by krew's rules, with the
// archives beside it in place of their addresses, and returns the path of the
// command.
func installWithKrew(t *testing.T, manifest string, host platform) string {
	t.Helper()
	data, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	var plugin krewPlugin
	if err := yaml.UnmarshalStrict(data, &plugin); err != nil {
		t.Fatal(err)
	}
	krewAccepts(t, plugin, strings.TrimSuffix(filepath.Base(manifest), ".yaml"))
	var command string
	for _, p := range plugin.Spec.Platforms {
		entries := krewUnpacks(t, p, filepath.Join(filepath.Dir(manifest), path.Base(p.URI)))
		if p.Selector.MatchLabels["os"] != host.os || p.Selector.MatchLabels["arch"] != host.arch {
			continue
		}
		store := filepath.Join(t.TempDir(), "store", plugin.Metadata.Name, plugin.Spec.Version)
		for _, e := range entries {
			target := filepath.Join(store, e.name)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(target, e.content, e.mode); err != nil {
				t.Fatal(err)
			}
		}
		bin := t.TempDir()
		command = filepath.Join(bin, p.executable("kubectl-"+strings.ReplaceAll(plugin.Metadata.Name, "-", "_")))
		if err := os.Symlink(filepath.Join(store, p.Bin), command); err != nil {
			t.Fatal(err)
		}
	}
	if command == "" {
		t.Fatalf("no platform is %s", host)
	}
	return command
}

func (p krewPlatform) executable(name string) string {
	if p.Selector.MatchLabels["os"] == "windows" {
		return name + ".exe"
	}
	return name
}

// renderKrewManifest writes the manifest beside the archives, like the bot that
// submits releases to krew's index.
func renderKrewManifest(t *testing.T, dist, tag string) string {
	t.Helper()
	addURIAndSha := func(address, tag string) (string, error) {
		uri := strings.ReplaceAll(address, "{{ .TagName }}", tag)
		archive, err := os.ReadFile(filepath.Join(dist, path.Base(uri)))
		return fmt.Sprintf("uri: %s\n    sha256: %x", uri, sha256.Sum256(archive)), err
	}
	const source = "krew.yaml"
	manifest, err := template.New(source).Funcs(template.FuncMap{"addURIAndSha": addURIAndSha}).
		ParseFiles(filepath.Join(repository, "plugins", source))
	if err != nil {
		t.Fatal(err)
	}
	// Krew requires this name for a plugin named prodcheck.
	file, err := os.Create(filepath.Join(dist, "prodcheck.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := manifest.Execute(file, struct{ TagName string }{tag}); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// krewAccepts fails if krew, or the check of its index, refuses a manifest, or
// if its reviewers would object.
func krewAccepts(t *testing.T, plugin krewPlugin, fileName string) {
	t.Helper()
	if plugin.APIVersion != "krew.googlecontainertools.github.com/v1alpha2" || plugin.Kind != "Plugin" {
		t.Errorf("it is a %s %s", plugin.APIVersion, plugin.Kind)
	}
	if name := plugin.Metadata.Name; name != fileName || !regexp.MustCompile(`^[\w-]+$`).MatchString(name) {
		t.Errorf("the name is %q in the file %q", name, fileName)
	}
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`).MatchString(plugin.Spec.Version) {
		t.Errorf("version %q", plugin.Spec.Version)
	}
	short := plugin.Spec.ShortDescription
	if short == "" || len(short) > 59 || strings.Contains(short, "\n") || strings.HasSuffix(short, ".") || strings.Contains(short, "kubectl") {
		t.Errorf("short description %q", short)
	}
	for _, line := range strings.Split(plugin.Spec.Description, "\n") {
		if len(line) > 80 {
			t.Errorf("description: %q", line)
		}
	}
	var platforms []string
	for _, p := range plugin.Spec.Platforms {
		for key := range p.Selector.MatchLabels {
			if key != "os" && key != "arch" {
				t.Errorf("a selector asks for %s", key)
			}
		}
		platforms = append(platforms, p.Selector.MatchLabels["os"]+"/"+p.Selector.MatchLabels["arch"])
		if want := "https://github.com/prodcheck/kubectl-prodcheck/releases/download/" + plugin.Spec.Version + "/"; !strings.HasPrefix(p.URI, want) {
			t.Errorf("%s is not below %s", p.URI, want)
		}
	}
	// Each existing pair may be selected once.
	slices.Sort(platforms)
	want := []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}
	if !slices.Equal(platforms, want) {
		t.Errorf("platforms %v, want %v", platforms, want)
	}
}

// krewUnpacks verifies the archive of a platform and returns the files in it.
func krewUnpacks(t *testing.T, p krewPlatform, archive string) []entry {
	t.Helper()
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); p.Sha256 != sum {
		t.Errorf("%s: the manifest says %s, it is %s", archive, p.Sha256, sum)
	}
	entries := unpack(t, archive)
	var license, executable bool
	for _, e := range entries {
		if !filepath.IsLocal(e.name) {
			t.Fatalf("%s: %q leads out of the directory", archive, e.name)
		}
		license = license || e.name == "LICENSE" && strings.Contains(string(e.content), "Apache License")
		executable = executable || e.name == p.Bin && e.mode.Perm()&0o111 == 0o111
	}
	if p.Bin != p.executable("kubectl-prodcheck") || !executable || !license {
		t.Errorf("%s: bin %q, executable %t, license %t", archive, p.Bin, executable, license)
	}
	return entries
}
