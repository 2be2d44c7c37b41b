package node

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/image"
)

// pauseImage keeps the network of a pod.
const pauseImage = "registry.k8s.io/pause:3.10"

// busyboxNames are the names under which every node has a busybox.
var busyboxNames = []string{"docker.io/library/busybox:latest", "docker.io/library/busybox:1.36"}

// importBusybox imports the images that pods can use into the node, because it
// reaches no registry.
func importBusybox(ctx context.Context, names []string) error {
	layer, err := image.Busybox(busybox())
	if err != nil {
		return err
	}
	images := []image.Image{{Name: pauseImage, Entrypoint: []string{"tail", "-f", "/dev/null"}}}
	for _, name := range slices.Concat(busyboxNames, names) {
		images = append(images, image.Image{Name: name, Cmd: []string{"sh"}})
	}
	archive, err := image.Archive(layer, images)
	if err != nil {
		return err
	}
	return importImages(ctx, bytes.NewReader(archive))
}

// importArchive imports the images in a file, as docker save writes it, into the
// node.
func importArchive(ctx context.Context, file string) error {
	archive, err := os.Open(file)
	if err != nil {
		return err
	}
	defer archive.Close()
	return importImages(ctx, archive)
}

func importImages(ctx context.Context, archive io.Reader) error {
	cmd := exec.CommandContext(ctx, "ctr", "--namespace=k8s.io", "images", "import", "-")
	cmd.Stdin = archive
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("import images: %w\n%s", err, output)
	}
	return nil
}
