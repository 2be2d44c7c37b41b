package main

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// Config is .goreleaser.yaml, as far as this program understands it: the rest is an error, for it would be released
// otherwise than it is tested.
type Config struct {
	Version     int       `json:"version"`
	ProjectName string    `json:"project_name"`
	Builds      []Build   `json:"builds"`
	Archives    []Archive `json:"archives"`
	Checksum    struct {
		NameTemplate string `json:"name_template"`
	} `json:"checksum"`
	SBOMs []struct {
		Artifacts string   `json:"artifacts"`
		Documents []string `json:"documents"`
		Cmd       string   `json:"cmd"`
		Args      []string `json:"args"`
	} `json:"sboms"`
	Images []struct {
		Dockerfile string   `json:"dockerfile"`
		Images     []string `json:"images"`
		Tags       []string `json:"tags"`
		Platforms  []string `json:"platforms"`
	} `json:"dockers_v2"`
	Snapshot struct {
		VersionTemplate string `json:"version_template"`
	} `json:"snapshot"`
}

// Build is how the binaries are made.
type Build struct {
	Main         string   `json:"main"`
	Binary       string   `json:"binary"`
	Env          []string `json:"env"`
	Flags        []string `json:"flags"`
	Ldflags      []string `json:"ldflags"`
	ModTimestamp string   `json:"mod_timestamp"`
	Goos         []string `json:"goos"`
	Goarch       []string `json:"goarch"`
}

// Archive is how they are packed.
type Archive struct {
	Formats         []string `json:"formats"`
	FormatOverrides []struct {
		Goos    string   `json:"goos"`
		Formats []string `json:"formats"`
	} `json:"format_overrides"`
	NameTemplate string `json:"name_template"`
	Files        []struct {
		Src  string   `json:"src"`
		Info fileInfo `json:"info"`
	} `json:"files"`
	BuildsInfo      fileInfo `json:"builds_info"`
	WrapInDirectory bool     `json:"wrap_in_directory"`
}

type fileInfo struct {
	Mtime string `json:"mtime"`
}

// readConfig reads .goreleaser.yaml in root.
func readConfig(root string) (*Config, error) {
	const name = ".goreleaser.yaml"
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return nil, err
	}
	c := &Config{}
	if err := yaml.UnmarshalStrict(data, c); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for section, count := range map[string]int{
		"builds": len(c.Builds), "archives": len(c.Archives), "sboms": len(c.SBOMs), "dockers_v2": len(c.Images),
	} {
		if count != 1 {
			return nil, fmt.Errorf("%s: %s: %d entries, must be one", name, section, count)
		}
	}
	if c.Archives[0].WrapInDirectory {
		return nil, fmt.Errorf("%s: archives: wrap_in_directory is not supported", name)
	}
	return c, nil
}

// platforms are what is built, in the order of the file.
func (b Build) platforms() []Platform {
	var all []Platform
	for _, os := range b.Goos {
		for _, arch := range b.Goarch {
			all = append(all, Platform{os, arch})
		}
	}
	return all
}

// format is that of the archive for an operating system.
func (a Archive) format(goos string) string {
	for _, o := range a.FormatOverrides {
		if o.Goos == goos {
			return o.Formats[0]
		}
	}
	return a.Formats[0]
}

// Platform is an operating system and an architecture, as Go names them.
type Platform struct{ OS, Arch string }

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// executable is the name of a binary on the platform.
func (p Platform) executable(name string) string {
	if p.OS == "windows" {
		return name + ".exe"
	}
	return name
}
