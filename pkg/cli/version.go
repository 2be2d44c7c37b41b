package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// Version identifies the build.
type Version struct {
	Version   string `json:"version"`
	GitCommit string `json:"gitCommit,omitempty"`
	BuildDate string `json:"buildDate,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// buildVersion asks the Go toolchain for values that the linker did not set.
func buildVersion(version, commit, date string) Version {
	v := Version{
		Version: version, GitCommit: commit, BuildDate: date,
		GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	info, found := debug.ReadBuildInfo()
	if !found || v.Version != "" {
		return v
	}
	v.Version = info.Main.Version
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.GitCommit = setting.Value
		case "vcs.time":
			v.BuildDate = setting.Value
		}
	}
	return v
}

func newVersionCommand(p *program) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:                   "version [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Print the version",
		Args:                  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := p.version
			var text []byte
			var err error
			switch output {
			case "":
				text = fmt.Appendf(nil, "prodcheck %s (%s, %s)\n", v.Version, v.GoVersion, v.Platform)
			case "json":
				text, err = json.MarshalIndent(v, "", "  ")
				text = append(text, '\n')
			case "yaml":
				text, err = yaml.Marshal(v)
			default:
				return usageError{cmd.CommandPath(), fmt.Errorf("unknown output format %q, must be one of json, yaml", output)}
			}
			if err != nil {
				return err
			}
			_, err = p.Out.Write(text)
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "Output format. One of: (json, yaml)")
	completeFlag(cmd, "output", completeWords([]string{"json", "yaml"}))
	return cmd
}
