package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// FileName is the name of a project's configuration file.
const FileName = ".prodcheck.yaml"

// maxSize limits the size of the file in bytes: people write a policy by hand.
const maxSize = 1 << 20

// Find returns the path of the configuration file for a directory: the nearest
// FileName in it or above, otherwise the user's own below configHome
// ($XDG_CONFIG_HOME). It returns nothing if there is no file.
func Find(dir, configHome string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	below := ""
	for here := start; here != below; below, here = here, filepath.Dir(here) {
		path := filepath.Join(here, FileName)
		if found, err := exists(path); found || err != nil {
			if near, relErr := filepath.Rel(start, path); relErr == nil {
				path = near
			}
			return path, err
		}
	}
	if configHome == "" {
		return "", nil
	}
	path := filepath.Join(configHome, "prodcheck", "config.yaml")
	found, err := exists(path)
	if !found {
		path = ""
	}
	return path, err
}

// exists returns an error if it cannot be known, because a policy must not be
// lost silently.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, fileerror.Named(err)
}

// Read loads the file at a path. In reports its name has slashes on all systems.
func Read(path string, catalog []*audit.Check) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileerror.Named(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	switch {
	case err != nil:
		return nil, fileerror.Named(err)
	case len(data) > maxSize:
		return nil, fmt.Errorf("%s: larger than %d bytes: not a configuration", path, maxSize)
	}
	return Load(filepath.ToSlash(path), data, catalog)
}
