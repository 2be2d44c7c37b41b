// Package image writes container images that come from no registry.
package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Busybox returns a file system, as a tar archive, made of the static busybox at path and a link for each of its
// applets.
func Busybox(path string) ([]byte, error) {
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	applets, err := exec.Command(path, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --list: %w", path, err)
	}
	return layer(binary, strings.Fields(string(applets)))
}

func layer(busybox []byte, applets []string) ([]byte, error) {
	files := []file{
		directory("bin", 0o755),
		directory("etc", 0o755),
		directory("root", 0o700),
		directory("tmp", 0o1777),
		directory("var", 0o755),
		regular("etc/passwd", 0o644, "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
		regular("etc/group", 0o644, "root:x:0:\nnobody:x:65534:\n"),
		regular("bin/busybox", 0o755, string(busybox)),
	}
	for _, applet := range applets {
		if applet != "busybox" {
			files = append(files, link("bin/"+applet, "busybox"))
		}
	}
	return archive(files)
}

// file is an entry of a tar archive. It has no owner or times, so that the same
// files make the same image.
type file struct {
	tar.Header
	content string
}

func directory(name string, mode int64) file {
	return file{Header: tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}}
}

func regular(name string, mode int64, content string) file {
	return file{Header: tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode}, content: content}
}

func link(name, target string) file {
	return file{Header: tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}}
}

func archive(files []file) ([]byte, error) {
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, f := range files {
		f.Size = int64(len(f.content))
		if err := w.WriteHeader(&f.Header); err != nil {
			return nil, fmt.Errorf("archive %s: %w", f.Name, err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			return nil, fmt.Errorf("archive %s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
