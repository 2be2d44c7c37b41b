package layout

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"
)

// manifest is krew's plugin manifest, as far as krew judges it. Krew ignores
// unknown fields, so that a slip of the pen passes; this decoding does not.
type manifest struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string     `json:"version"`
		Homepage         string     `json:"homepage"`
		ShortDescription string     `json:"shortDescription"`
		Description      string     `json:"description"`
		Platforms        []platform `json:"platforms"`
	} `json:"spec"`
}

type platform struct {
	Selector struct {
		MatchLabels map[string]string `json:"matchLabels"`
	} `json:"selector"`
	URI    string `json:"uri"`
	Sha256 string `json:"sha256"`
	Bin    string `json:"bin"`
}

// The manifest template becomes one that krew accepts, for just the platforms
// that are built.
func TestKrewManifest(t *testing.T) {
	rendered := renderKrew(t)
	var m manifest
	if err := yaml.UnmarshalStrict([]byte(rendered), &m); err != nil {
		t.Fatal(err)
	}
	if m.APIVersion != "krew.googlecontainertools.github.com/v1alpha2" || m.Kind != "Plugin" || m.Metadata.Name != "prodcheck" {
		t.Errorf("%s %s %s", m.APIVersion, m.Kind, m.Metadata.Name)
	}
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(m.Spec.Version) {
		t.Errorf("version %q", m.Spec.Version)
	}
	short := m.Spec.ShortDescription
	if short == "" || len(short) > 59 || strings.Contains(short, "\n") || strings.HasSuffix(short, ".") || strings.Contains(short, "kubectl") {
		t.Errorf("short description %q", short)
	}
	for _, line := range strings.Split(m.Spec.Description, "\n") {
		if len(line) > 80 {
			t.Errorf("description: %q", line)
		}
	}
	var shipped []string
	for _, p := range m.Spec.Platforms {
		os, arch := p.Selector.MatchLabels["os"], p.Selector.MatchLabels["arch"]
		shipped = append(shipped, os+"/"+arch)
		bin, suffix := "kubectl-prodcheck", "_"+os+"_"+arch+".tar.gz"
		if os == "windows" {
			bin, suffix = bin+".exe", "_"+os+"_"+arch+".zip"
		}
		if p.Bin != bin || !strings.HasSuffix(p.URI, suffix) || !regexp.MustCompile(`^[a-f0-9]{64}$`).MatchString(p.Sha256) {
			t.Errorf("%s/%s: %+v", os, arch, p)
		}
	}
	slices.Sort(shipped)
	if built := builtPlatforms(t); !slices.Equal(shipped, built) {
		t.Errorf("shipped %v, built %v", shipped, built)
	}
}

func renderKrew(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../plugins/krew.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// The release bot renders the address in the address, too.
	addURIAndSha := func(address, tag string) string {
		return "uri: " + strings.ReplaceAll(address, "{{ .TagName }}", tag) + "\n    sha256: " + strings.Repeat("0a", 32)
	}
	tmpl, err := template.New("krew").Funcs(template.FuncMap{"addURIAndSha": addURIAndSha}).Parse(string(source))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := tmpl.Execute(&out, struct{ TagName string }{"v0.1.0"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func builtPlatforms(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var release struct {
		Builds []struct{ Goos, Goarch []string }
	}
	if err := yaml.Unmarshal(source, &release); err != nil {
		t.Fatal(err)
	}
	var built []string
	for _, b := range release.Builds {
		for _, os := range b.Goos {
			for _, arch := range b.Goarch {
				built = append(built, os+"/"+arch)
			}
		}
	}
	slices.Sort(built)
	return built
}
