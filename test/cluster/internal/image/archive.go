package image

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"runtime"
)

// Image is a name, and the command that a container runs unless its pod names
// another.
type Image struct {
	Name       string
	Entrypoint []string
	Cmd        []string
}

// manifest is an entry of manifest.json in a docker archive, the format of "docker save".
type manifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// config is an image's configuration, as far as container runtimes need it.
type config struct {
	Architecture string    `json:"architecture"`
	OS           string    `json:"os"`
	Config       runConfig `json:"config"`
	RootFS       rootFS    `json:"rootfs"`
}

type runConfig struct {
	Env        []string
	Entrypoint []string `json:",omitempty"`
	Cmd        []string `json:",omitempty"`
	Labels     map[string]string
}

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

const layerName = "layer.tar"

// Archive returns a docker archive of images that share one file system.
func Archive(layer []byte, images []Image) ([]byte, error) {
	files := []file{regular(layerName, 0o644, string(layer))}
	var manifests []manifest
	for _, image := range images {
		content, err := json.Marshal(config{
			Architecture: runtime.GOARCH,
			OS:           "linux",
			Config: runConfig{
				Env:        []string{"PATH=/bin"},
				Entrypoint: image.Entrypoint,
				Cmd:        image.Cmd,
				// Identical images would be one image, and pods would report another name
				// than they ask for.
				Labels: map[string]string{"org.opencontainers.image.ref.name": image.Name},
			},
			RootFS: rootFS{Type: "layers", DiffIDs: []string{"sha256:" + digest(layer)}},
		})
		if err != nil {
			return nil, err
		}
		name := digest(content) + ".json"
		files = append(files, regular(name, 0o644, string(content)))
		manifests = append(manifests, manifest{Config: name, RepoTags: []string{image.Name}, Layers: []string{layerName}})
	}
	content, err := json.Marshal(manifests)
	if err != nil {
		return nil, err
	}
	return archive(append(files, regular("manifest.json", 0o644, string(content))))
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
