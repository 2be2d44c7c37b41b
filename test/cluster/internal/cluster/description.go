package cluster

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Description contains what others need to know about a running cluster.
type Description struct {
	Pid              int    `json:"pid"` // The process that ends the cluster when it gets SIGTERM.
	Dir              string `json:"dir"`
	Logs             string `json:"logs"` // One file for each program.
	Server           string `json:"server"`
	CAFile           string `json:"caFile"`
	AuditLog         string `json:"auditLog"`
	Kubectl          string `json:"kubectl"` // A real kubectl.
	Kubeconfig       string `json:"kubeconfig"`
	AdminUser        string `json:"adminUser"`
	AdminToken       string `json:"adminToken"`
	ReaderKubeconfig string `json:"readerKubeconfig"`
	ReaderUser       string `json:"readerUser"` // Has only the permissions that are granted to it.
	ReaderToken      string `json:"readerToken"`
	Node             string `json:"node,omitempty"` // The name of the node, if there is one.
}

func descriptionPath(dir string) string { return filepath.Join(dir, "cluster.json") }

// write makes the description appear in the cluster's directory, whole or not at all.
func (d Description) write() error {
	content, err := json.Marshal(d)
	if err != nil {
		return err
	}
	path := descriptionPath(d.Dir)
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Describe reads the description of the cluster that runs in dir.
func Describe(dir string) (Description, error) {
	var d Description
	content, err := os.ReadFile(descriptionPath(dir))
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(content, &d)
}
