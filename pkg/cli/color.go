package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"
)

// colorFlag says when to use colors.
type colorFlag string

const (
	colorAuto   colorFlag = "auto"
	colorAlways colorFlag = "always"
	colorNever  colorFlag = "never"
)

func (f *colorFlag) addFlag(cmd *cobra.Command) {
	cmd.Flags().Var(f, "color", "When to use colors. One of: (auto, always, never). NO_COLOR and FORCE_COLOR are respected")
	completeFlag(cmd, "color", completeWords([]string{string(colorAuto), string(colorAlways), string(colorNever)}))
}

// allows decides about colors for one stream: by the flag, then by the
// environment, then by whether the stream is a terminal.
func (f colorFlag) allows(w io.Writer) bool {
	_, noColor := os.LookupEnv("NO_COLOR")
	force := os.Getenv("FORCE_COLOR")
	switch {
	case f != colorAuto:
		return f == colorAlways
	case noColor:
		return false
	case force != "" && force != "0":
		return true
	}
	return kubeprinters.AllowsColorOutput(w)
}

// Set, String and Type implement pflag.Value.
func (f *colorFlag) Set(value string) error {
	switch when := colorFlag(value); when {
	case colorAuto, colorAlways, colorNever:
		*f = when
		return nil
	}
	return fmt.Errorf("must be one of auto, always, never")
}

func (f *colorFlag) String() string { return string(*f) }
func (f *colorFlag) Type() string   { return "string" }
