package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// "make image" and Docker must build the same image.
func TestImageIsThatOfTheDockerfile(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(repository, "deploy", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	instructions := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(source)), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "#")
	})
	want := []string{
		"FROM scratch",
		"ARG TARGETPLATFORM",
		"COPY $TARGETPLATFORM/" + program + " /" + program,
		"USER " + configuration.User,
		`ENTRYPOINT ["` + configuration.Entrypoint[0] + `"]`,
	}
	if !slices.Equal(instructions, want) {
		t.Errorf("the Dockerfile says %q, want %q", instructions, want)
	}
	image, err := imageOf([]byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil || config.OS != "linux" || config.Config.User != configuration.User {
		t.Errorf("configuration %+v, %v", config, err)
	}
	layers, err := image.Layers()
	if err != nil || len(layers) != 1 {
		t.Errorf("%d layers, %v", len(layers), err)
	}
}
