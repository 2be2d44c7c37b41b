package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// repository is the root of the sources, seen from here, where the program runs.
const repository = ".."

func runSnapshot(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("snapshot", flag.ExitOnError)
	dist := flags.String("dist", filepath.Join(repository, "dist"), "directory for everything, which is emptied first")
	if err := parse(flags, args, 0); err != nil {
		return err
	}
	config, err := readConfig(repository)
	if err != nil {
		return err
	}
	revision, err := snapshotOf(ctx, repository, config)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(*dist); err != nil {
		return err
	}
	release := Release{Root: repository, Dist: *dist, Config: config, Revision: revision, compile: goBuild}
	files, err := release.write(ctx)
	for _, file := range files {
		fmt.Println(filepath.Join(*dist, file))
	}
	return err
}

// Release is everything that is made of a revision.
type Release struct {
	Root   string // Of the sources.
	Dist   string // Where it is written to.
	Config *Config
	Revision

	compile compile
}

// write builds the release and returns the names of its files in Dist.
func (r Release) write(ctx context.Context) ([]string, error) {
	var files []string
	sums := map[string]string{}
	add := func(name string, content []byte) error {
		files = append(files, name)
		sums[name] = fmt.Sprintf("%x", sha256.Sum256(content))
		return os.WriteFile(filepath.Join(r.Dist, name), content, 0o644)
	}
	build := r.Config.Builds[0]
	for _, p := range build.platforms() {
		binary := r.binary(p)
		if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
			return files, err
		}
		if err := r.compile(ctx, r.Root, r.Revision, build, p, binary); err != nil {
			return files, err
		}
		name, archive, err := r.archive(p, binary)
		if err != nil {
			return files, err
		}
		if err := add(name, archive); err != nil {
			return files, err
		}
		document, err := render(r.Config.SBOMs[0].Documents[0], struct{ ArtifactName string }{name})
		if err != nil {
			return files, err
		}
		materials, err := sbom(filepath.Join(r.Dist, name), r.TagName())
		if err != nil {
			return files, err
		}
		if err := add(document, materials); err != nil {
			return files, err
		}
	}
	manifest, err := r.krewManifest(sums)
	if err != nil {
		return files, err
	}
	if err := os.WriteFile(filepath.Join(r.Dist, krewManifestName), manifest, 0o644); err != nil {
		return files, err
	}
	if err := os.WriteFile(filepath.Join(r.Dist, r.Config.Checksum.NameTemplate), checksums(sums), 0o644); err != nil {
		return files, err
	}
	files = append(files, krewManifestName, r.Config.Checksum.NameTemplate)
	images, err := r.images(ctx)
	return append(files, images...), err
}

// binary is where the binary for a platform is written to: where the Dockerfile looks for it.
func (r Release) binary(p Platform) string {
	return filepath.Join(r.context(), p.OS, p.Arch, p.executable(r.Config.Builds[0].Binary))
}

// context is the directory that the Dockerfile copies from.
func (r Release) context() string { return filepath.Join(r.Dist, "build") }

// archive packs a binary, and what goes with it.
func (r Release) archive(p Platform, binary string) (name string, content []byte, err error) {
	a := r.Config.Archives[0]
	if name, err = r.renderFor(a.NameTemplate, p); err != nil {
		return "", nil, err
	}
	// GoReleaser sets these times, in this way.
	mtimes := []string{a.BuildsInfo.Mtime}
	files := []string{binary}
	for _, f := range a.Files {
		files = append(files, filepath.Join(r.Root, f.Src))
		mtimes = append(mtimes, f.Info.Mtime)
	}
	if slices.ContainsFunc(mtimes, func(m string) bool { return m != "{{ .CommitDate }}" }) {
		return "", nil, fmt.Errorf("archives: every mtime must be {{ .CommitDate }}, or no two archives are the same: %q", mtimes)
	}
	var entries []entry
	for i, file := range files {
		e := entry{name: filepath.Base(file), mode: 0o644, time: r.Time()}
		if i == 0 {
			e.mode = 0o755
		}
		if e.content, err = os.ReadFile(file); err != nil {
			return "", nil, err
		}
		entries = append(entries, e)
	}
	format := a.format(p.OS)
	content, err = pack(format, entries)
	return name + "." + format, content, err
}

// checksums lists files as sha256sum does and checks.
func checksums(sums map[string]string) []byte {
	var lines []string
	for name, sum := range sums {
		lines = append(lines, sum+"  "+name+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return []byte(strings.Join(lines, ""))
}
