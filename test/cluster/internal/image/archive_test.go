package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"
)

func TestArchive(t *testing.T) {
	root, err := layer([]byte("the binary"), []string{"busybox", "sh", "tail"})
	if err != nil {
		t.Fatal(err)
	}
	archive, err := Archive(root, []Image{
		{Name: "busybox:1", Cmd: []string{"sh"}},
		{Name: "busybox:2", Cmd: []string{"sh"}},
		{Name: "pause:1", Entrypoint: []string{"tail", "-f", "/dev/null"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	files := read(t, archive)

	var manifests []manifest
	if err := json.Unmarshal(files["manifest.json"], &manifests); err != nil {
		t.Fatal(err)
	}
	configs := map[string]bool{}
	for i, name := range []string{"busybox:1", "busybox:2", "pause:1"} {
		if len(manifests) != 3 || !slices.Equal(manifests[i].RepoTags, []string{name}) {
			t.Fatalf("the manifests are %+v", manifests)
		}
		configs[manifests[i].Config] = true
	}
	if len(configs) != len(manifests) {
		t.Errorf("different names are one image: %+v", manifests)
	}
	for _, m := range manifests {
		var c config
		if err := json.Unmarshal(files[m.Config], &c); err != nil {
			t.Fatalf("%s: %v", m.Config, err)
		}
		for i, name := range m.Layers {
			if got, want := c.RootFS.DiffIDs[i], "sha256:"+digest(files[name]); got != want {
				t.Errorf("the digest of %s is %s, want %s", name, got, want)
			}
		}
	}
}

func TestLayer(t *testing.T) {
	root, err := layer([]byte("the binary"), []string{"busybox", "sh", "tail"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := layer([]byte("the binary"), []string{"busybox", "sh", "tail"})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(root, again) {
		t.Error("the same files make different layers")
	}
	files := read(t, root)
	if got := string(files["bin/busybox"]); got != "the binary" {
		t.Errorf("bin/busybox is %q", got)
	}
	for _, applet := range []string{"bin/sh", "bin/tail"} {
		if got := string(files[applet]); got != "-> busybox" {
			t.Errorf("%s is %q", applet, got)
		}
	}
}

// read returns the content of the files in a tar archive, and where its links lead.
func read(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeSymlink {
			files[header.Name] = []byte("-> " + header.Linkname)
			continue
		}
		if files[header.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}
