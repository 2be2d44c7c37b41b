package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

// configVariable is the environment variable that names the configuration file.
const configVariable = "PRODCHECK_CONFIG"

func addConfigFlag(cmd *cobra.Command) {
	cmd.Flags().String("config", "", fmt.Sprintf(
		"The configuration file. The default is the nearest %s in the working directory or above, "+
			"otherwise $XDG_CONFIG_HOME/prodcheck/config.yaml; empty for none", config.FileName))
	completeFlag(cmd, "config", completeFiles)
}

// readConfig reads the configuration file. It returns an empty one if there is
// no file.
func readConfig(cmd *cobra.Command, all catalog) (*config.File, error) {
	path, err := findConfig(cmd)
	if err != nil || path == "" {
		return &config.File{}, err
	}
	return config.Read(path, all)
}

func findConfig(cmd *cobra.Command) (string, error) {
	if flag := cmd.Flags().Lookup("config"); flag.Changed {
		return flag.Value.String(), nil
	}
	if path, set := os.LookupEnv(configVariable); set {
		return path, nil
	}
	return config.Find(".", configHome())
}

// configHome returns the user's directory of configuration files, or nothing.
func configHome() string {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".config")
}

// configError is a mistake in a configuration or in the environment. A hint to
// the help would be useless.
type configError struct{ err error }

func (e configError) Error() string { return e.err.Error() }
func (e configError) Unwrap() error { return e.err }

// mistakes returns all mistakes, each of them one line.
func (e configError) mistakes() []error {
	var several config.Errors
	if errors.As(e.err, &several) {
		return several
	}
	return []error{e.err}
}
