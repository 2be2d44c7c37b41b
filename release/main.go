// Command release writes the container image for this machine to a file for
// docker load and ctr import. It needs no Docker, because deploy/Dockerfile only
// copies one file; a test makes sure that it stays so.
package main

import (
	"archive/tar"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const (
	program = "kubectl-prodcheck"
	// repository is the root of the sources, seen from here, where the program runs.
	repository = ".."
)

// configuration is the Dockerfile's configuration of the container.
var configuration = v1.Config{User: "65532:65532", Entrypoint: []string{"/" + program}}

func main() {
	output := flag.String("output", filepath.Join(repository, "bin", "image.tar"), "file for the image")
	tag := flag.String("name", "ghcr.io/prodcheck/kubectl-prodcheck:snapshot", "name of the image")
	flag.Parse()
	if err := writeImage(*tag, *output); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
	fmt.Println(*tag)
}

func writeImage(tag, output string) error {
	reference, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "prodcheck-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, program)
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./cmd/"+program)
	build.Dir = repository
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	image, err := imageOf(content)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(output, reference, image)
}

// imageOf makes an image with one file.
func imageOf(content []byte) (v1.Image, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: program, Mode: 0o755, Size: int64(len(content))}); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file.OS, file.Architecture, file.Config = "linux", runtime.GOARCH, configuration
	return mutate.ConfigFile(image, file)
}
