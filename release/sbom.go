package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func runSBOM(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("sbom", flag.ExitOnError)
	version := flags.String("version", "", "version of the program")
	if err := parse(flags, args, 2); err != nil {
		return err
	}
	if *version == "" {
		return fmt.Errorf("sbom: --version is required")
	}
	document, err := sbom(flags.Arg(0), *version)
	if err != nil {
		return err
	}
	return os.WriteFile(flags.Arg(1), document, 0o644)
}

// sbom is the bill of materials, as CycloneDX 1.6 in JSON, of the one program in an archive. It lists what the linker put
// into the binary: the modules and Go itself. It knows nothing of their licences.
func sbom(archive, version string) ([]byte, error) {
	info, err := programIn(archive)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	main := cdx.Component{
		BOMRef: purl(info.Main.Path, version), PackageURL: purl(info.Main.Path, version),
		Type: cdx.ComponentTypeApplication, Name: info.Main.Path, Version: version,
		Hashes:   &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(data))}},
		Licenses: &cdx.Licenses{{License: &cdx.License{ID: "Apache-2.0"}}},
	}
	components := []cdx.Component{library("stdlib", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		components = append(components, library(module.Path, module.Version))
	}
	refs := make([]string, len(components))
	for i, c := range components {
		refs[i] = c.BOMRef
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &main}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}
	var out bytes.Buffer
	err = cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
	return out.Bytes(), err
}

func library(path, version string) cdx.Component {
	return cdx.Component{
		BOMRef: purl(path, version), PackageURL: purl(path, version),
		Type: cdx.ComponentTypeLibrary, Name: path, Version: version,
	}
}

func purl(path, version string) string { return "pkg:golang/" + path + "@" + version }

// programIn reads what the linker noted in the executable of an archive.
func programIn(archive string) (*debug.BuildInfo, error) {
	entries, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if info, err := buildinfo.Read(bytes.NewReader(e.content)); err == nil {
			return info, nil
		}
	}
	return nil, fmt.Errorf("%s: no Go program in it", filepath.Base(archive))
}
