package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shells lists shells, with the lines that users would add to their own startup
// files.
var shells = map[string]struct {
	arguments []string
	file      string
	startup   string
}{
	"bash": {[]string{"--noprofile", "--rcfile", ".bashrc", "-i"}, ".bashrc", `
if [ -e /usr/share/bash-completion/bash_completion ]; then
	. /usr/share/bash-completion/bash_completion
else
	# The only function of that package that the code needs.
	_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${words[cword]} prev=${words[cword-1]}; }
fi
source <(kubectl-prodcheck completion bash)
PS1='ready> '
`},
	"zsh": {[]string{"--no-global-rcs", "-i"}, ".zshrc", `
autoload -U compinit && compinit -u -D
source <(kubectl-prodcheck completion zsh)
PS1='ready> '
`},
}

// patience limits a test of a shell that does not do what the test waits for.
const patience = 5 * time.Minute

// A person types a part of a verb, the Tab key, a part of a name and Tab again; then a
// part of a type and of an object's name.
func TestShellsComplete(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, shell := range shells {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skip("no such shell here: ", err)
			}
			home := t.TempDir()
			if err := os.Symlink(executable, filepath.Join(home, "kubectl-prodcheck")); err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(home, shell.file), shell.startup)
			terminal := openTerminal(t, 80)
			cmd := exec.CommandContext(t.Context(), name, shell.arguments...)
			cmd.Dir = home
			cmd.Env = []string{"HOME=" + home, "PATH=" + home + ":" + os.Getenv("PATH"), "TERM=xterm", "GORACE=atexit_sleep_ms=0"}
			cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal.device, terminal.device, terminal.device
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			stop := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
			defer stop.Stop()
			terminal.device.Close()
			terminal.await("ready> ")
			terminal.press("kubectl-prodcheck expl\tcontainer-oom-k\t\n")
			terminal.await("LIMITATIONS")
			terminal.press("kubectl-prodcheck demo dep\tcar\t\n")
			terminal.await("(deployment.apps/cart)")
			terminal.press("exit\n")
			_ = cmd.Wait()
			if shown := terminal.all(); !strings.Contains(shown, "LIMITATIONS") || !strings.Contains(shown, "(deployment.apps/cart)") {
				t.Errorf("the command line was not completed:\n%s", shown)
			}
		})
	}
}

// press does nothing if the shell has ended: its output says why.
func (t *pseudoTerminal) press(keys string) { _, _ = t.keyboard.WriteString(keys) }
