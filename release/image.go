package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func runImage(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("image", flag.ExitOnError)
	output := flags.String("output", "", "file for the image")
	imageName := flags.String("name", "", "its name, by default that of a snapshot")
	if err := parse(flags, args, 0); err != nil {
		return err
	}
	if *output == "" {
		return errors.New("image: --output is required")
	}
	config, err := readConfig(repository)
	if err != nil {
		return err
	}
	revision, err := snapshotOf(ctx, repository, config)
	if err != nil {
		return err
	}
	dist, err := os.MkdirTemp("", "prodcheck-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dist)
	r := Release{Root: repository, Dist: dist, Config: config, Revision: revision, compile: goBuild}
	if *imageName == "" {
		if *imageName, err = r.imageName(); err != nil {
			return err
		}
	}
	p := Platform{"linux", runtime.GOARCH}
	if err := r.compile(ctx, r.Root, r.Revision, r.Config.Builds[0], p, r.binary(p)); err != nil {
		return err
	}
	if err := r.image(p, *imageName, *output); err != nil {
		return err
	}
	fmt.Println(*imageName)
	return nil
}

// images writes the image of each platform to Dist and returns the names of the files.
func (r Release) images(context.Context) ([]string, error) {
	imageName, err := r.imageName()
	if err != nil {
		return nil, err
	}
	var files []string
	for _, platform := range r.Config.Images[0].Platforms {
		os, arch, _ := strings.Cut(platform, "/")
		file := fmt.Sprintf("%s_image_%s_%s.tar", r.ProjectName, os, arch)
		if err := r.image(Platform{os, arch}, imageName, filepath.Join(r.Dist, file)); err != nil {
			return files, err
		}
		files = append(files, file)
	}
	return files, nil
}

func (r Release) imageName() (string, error) {
	tag, err := r.render(r.Config.Images[0].Tags[0])
	return r.Config.Images[0].Images[0] + ":" + tag, err
}

// image writes the image for a platform, whose binary is there, to a file that docker load and ctr import read.
func (r Release) image(p Platform, imageName, file string) error {
	tag, err := name.NewTag(imageName)
	if err != nil {
		return err
	}
	image, err := buildImage(filepath.Join(r.Root, r.Config.Images[0].Dockerfile), r.context(), p, v1.Time{Time: r.Time()})
	if err != nil {
		return err
	}
	return tarball.WriteToFile(file, tag, image)
}

// buildImage does what a Dockerfile says, as far as it needs no other image and runs nothing.
func buildImage(dockerfile, dir string, p Platform, created v1.Time) (v1.Image, error) {
	source, err := os.Open(dockerfile)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	parsed, err := parser.Parse(source)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dockerfile, err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dockerfile, err)
	}
	if len(stages) != 1 || stages[0].BaseName != "scratch" {
		return nil, fmt.Errorf("%s: must have one stage, FROM scratch", dockerfile)
	}
	b := imageBuilder{dir: dir, arguments: map[string]string{}, platform: p, created: created}
	for _, command := range stages[0].Commands {
		if err := b.do(command); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", dockerfile, command.Location()[0].Start.Line, err)
		}
	}
	return b.image()
}

type imageBuilder struct {
	dir       string // That COPY copies from.
	arguments map[string]string
	platform  Platform
	created   v1.Time

	config v1.Config
	layers []v1.Layer
}

func (b *imageBuilder) do(command instructions.Command) error {
	if expandable, ok := command.(instructions.SupportsSingleWordExpansion); ok {
		err := expandable.Expand(func(word string) (string, error) {
			return os.Expand(word, func(name string) string { return b.arguments[name] }), nil
		})
		if err != nil {
			return err
		}
	}
	switch c := command.(type) {
	case *instructions.ArgCommand:
		for _, argument := range c.Args {
			if argument.Key != "TARGETPLATFORM" {
				return fmt.Errorf("ARG %s is not supported, only TARGETPLATFORM", argument.Key)
			}
			b.arguments[argument.Key] = b.platform.String()
		}
		return nil
	case *instructions.CopyCommand:
		if len(c.SourcePaths) != 1 || len(c.SourceContents) > 0 || c.From+c.Chown+c.Chmod != "" || !path.IsAbs(c.DestPath) {
			return fmt.Errorf("%s is not supported, only COPY FILE /FILE", c)
		}
		return b.copy(c.SourcePaths[0], c.DestPath)
	case *instructions.UserCommand:
		b.config.User = c.User
		return nil
	case *instructions.EntrypointCommand:
		if c.PrependShell {
			return fmt.Errorf("%s is not supported without brackets: there is no shell", c)
		}
		b.config.Entrypoint = c.CmdLine
		return nil
	default:
		return fmt.Errorf("%s is not supported", strings.ToUpper(command.Name()))
	}
}

// copy makes a layer of one file.
func (b *imageBuilder) copy(source, target string) error {
	source = filepath.Join(b.dir, filepath.FromSlash(source))
	status, err := os.Stat(source)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	err = w.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: strings.TrimPrefix(target, "/"), Mode: int64(status.Mode().Perm()), Size: int64(len(content)),
		ModTime: b.created.Time, Format: tar.FormatUSTAR,
	})
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
	if err != nil {
		return err
	}
	b.layers = append(b.layers, layer)
	return nil
}

func (b *imageBuilder) image() (v1.Image, error) {
	image, err := mutate.AppendLayers(empty.Image, b.layers...)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.OS, config.Architecture, config.Created, config.Config = b.platform.OS, b.platform.Arch, b.created, b.config
	return mutate.ConfigFile(image, config)
}
