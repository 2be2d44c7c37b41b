package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"text/template"
)

// krewManifestName is what krew demands of a plugin named prodcheck.
const krewManifestName = "prodcheck.yaml"

// krewManifest renders plugins/krew.yaml, in the way of the bot that submits releases to krew's index, with the SHA-256
// sums of the archives by name.
func (r Release) krewManifest(sums map[string]string) ([]byte, error) {
	addURIAndSha := func(address, tag string) (string, error) {
		// The address is a template too.
		uri, err := render(address, struct{ TagName string }{tag})
		if err != nil {
			return "", err
		}
		sum, found := sums[path.Base(uri)]
		if !found {
			return "", fmt.Errorf("%s is not among the archives", path.Base(uri))
		}
		return "uri: " + uri + "\n    sha256: " + sum, nil
	}
	file := filepath.Join(r.Root, "plugins", "krew.yaml")
	t, err := template.New(filepath.Base(file)).Funcs(template.FuncMap{"addURIAndSha": addURIAndSha}).ParseFiles(file)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, r.Revision)
	return out.Bytes(), err
}
