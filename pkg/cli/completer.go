package cli

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"
)

// Prefixes of file names: kubectl recognizes a plugin by the first, and by the
// second the executable that completes the plugin's arguments.
const (
	pluginPrefix    = "kubectl-"
	completerPrefix = "kubectl_complete-"
)

// asCompleter makes the command complete its arguments if it was called by the
// name of the completer. Standard error is discarded then, because it would
// appear in the middle of the command line that the user is typing.
func asCompleter(args []string, streams genericiooptions.IOStreams) ([]string, genericiooptions.IOStreams) {
	name, found := strings.CutPrefix(filepath.Base(args[0]), completerPrefix)
	if !found {
		return args, streams
	}
	streams.ErrOut = io.Discard
	return append([]string{pluginPrefix + name, cobra.ShellCompRequestCmd}, args[1:]...), streams
}

func newCompletionInstallCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:                   "install",
		DisableFlagsInUseLine: true,
		Short:                 "Let kubectl complete this plugin",
		Long: templates.LongDesc(`
			Let kubectl complete this plugin: put kubectl_complete-prodcheck, which kubectl runs for this, beside this
			executable. It is a link or, on Windows, a copy. An existing file is never replaced.`),
		Example: templates.Examples(`
			# Complete 'kubectl prodcheck' wherever kubectl is completed
			kubectl prodcheck completion install`),
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			c, err := completerOf(p.executable)
			if err != nil {
				return err
			}
			place := c.link
			if runtime.GOOS == "windows" {
				// On Windows, few users may create links.
				place = c.copy
			}
			done, err := c.install(place)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.Out, done)
			return err
		},
	}
}

// completer is the executable that completes the arguments of a plugin.
type completer struct{ plugin, path string }

// completerOf returns the completer beside the plugin as it was called. It does
// not follow links, because krew links each new version to the same place.
func completerOf(executable string) (completer, error) {
	plugin, err := exec.LookPath(executable)
	// The shell of Windows also looks into the working directory.
	if err == nil || errors.Is(err, exec.ErrDot) {
		plugin, err = filepath.Abs(plugin)
	}
	if err != nil {
		return completer{}, fmt.Errorf("this executable cannot be found: %w", err)
	}
	directory, file := filepath.Split(plugin)
	name, found := strings.CutPrefix(file, pluginPrefix)
	if !found {
		return completer{}, fmt.Errorf("%s is not a name that kubectl recognizes as a plugin: rename it to %sprodcheck", plugin, pluginPrefix)
	}
	return completer{plugin, filepath.Join(directory, completerPrefix+name)}, nil
}

// install creates the completer unless it exists, and returns a message about
// it.
func (c completer) install(place func() error) (string, error) {
	_, err := os.Lstat(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := place(); err != nil {
			return "", ofFile(c.path, err)
		}
		return c.path + " now completes the plugin" + c.unlessHidden(), nil
	case err != nil:
		return "", ofFile(c.path, err)
	case c.isPlugin():
		return c.path + " already completes the plugin" + c.unlessHidden(), nil
	}
	return "", fmt.Errorf("%s is not this executable: remove it, and try again", c.path)
}

// unlessHidden describes what may still prevent completion.
func (c completer) unlessHidden() string {
	directory := filepath.Dir(c.path)
	if slices.Contains(filepath.SplitList(os.Getenv("PATH")), directory) {
		return ""
	}
	return ", once " + directory + " is on PATH, where kubectl looks for it"
}

func (c completer) link() error { return os.Symlink(filepath.Base(c.plugin), c.path) }

func (c completer) copy() error {
	from, err := os.Open(c.plugin)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close()); err != nil {
		return errors.Join(err, os.Remove(c.path))
	}
	return nil
}

// isPlugin reports whether the completer is a link to the plugin or a copy of
// it.
func (c completer) isPlugin() bool {
	plugin, err := os.Stat(c.plugin)
	if err != nil {
		return false
	}
	other, err := os.Stat(c.path)
	if err != nil || plugin.Size() != other.Size() {
		return false
	}
	if os.SameFile(plugin, other) {
		return true
	}
	ours, err := digest(c.plugin)
	if err != nil {
		return false
	}
	theirs, err := digest(c.path)
	return err == nil && bytes.Equal(ours, theirs)
}

func digest(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return sum.Sum(nil), err
}
