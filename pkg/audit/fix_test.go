package audit

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

func TestKubectlQuotesWhatShellsRead(t *testing.T) {
	for arg, want := range map[string]string{
		"deploy/web": "deploy/web", "a=b": "a=b", "--dry-run=client": "--dry-run=client",
		// zsh puts the path of a program here.
		"=reboot": `'=reboot'`,
		// An interactive shell puts an earlier command here, within double quotes too.
		"it's!!": `'it'\''s!!'`, "web!": `'web!'`,
		"$(reboot)": `'$(reboot)'`, "~": `'~'`, "": `''`,
		"a\nb": `$'a\nb'`, "\x1b[2J": `$'\x1b[2J'`, "\xff": `$'\xff'`, "\u202e": `$'\u202e'`,
	} {
		if got := Kubectl(arg); got != "kubectl "+want {
			t.Errorf("%q becomes %s, want %s", arg, got, want)
		}
	}
}

// A name that kubectl would take for an option makes no command: it could send
// the user's credentials elsewhere.
func TestKubectlTakesNoForeignOptions(t *testing.T) {
	for _, name := range []string{"--server=https://elsewhere/web", "--all", "-A", "--force/web", "--kubeconfig=x", "-", "--"} {
		if got := Kubectl("-n", "shop", "delete", name); got != "" {
			t.Errorf("a name became an option: %s", got)
		}
	}
}

// Half a command is another command: only whole ones are proposed.
func TestFixesHoldWholeCommands(t *testing.T) {
	var faults []Fault
	for i := range 50 {
		container := fmt.Sprintf("container-%d", i)
		faults = append(faults, Fault{Container: container, Fix: Fix{
			Advice: "set a limit", Command: Kubectl("-n", "shop", "set", "resources", "deployment/web", "-c", container, "--limits=memory=MEMORY"),
		}})
	}
	fix := joinFixes(faults)
	if n := utf8.RuneCountInString(fix); n > report.MaxMessage || n < report.MaxMessage/2 {
		t.Errorf("%d runes", n)
	}
	if report.Text(fix, report.MaxMessage) != fix {
		t.Error("the report cuts it")
	}
	advice, commands, _ := strings.Cut(fix, ": ")
	if _, err := syntax.NewParser().Parse(strings.NewReader(commands), ""); err != nil || advice != "set a limit" {
		t.Errorf("advice %q, %v in %s", advice, err, commands)
	}
	for _, command := range strings.Split(commands, " && ") {
		if !strings.HasSuffix(command, "--limits=memory=MEMORY") {
			t.Errorf("in part: %s", command)
		}
	}
	endless := Fault{Fix: Fix{Advice: "delete it", Command: Kubectl("delete", strings.Repeat("a", 100_000))}}
	if got := joinFixes([]Fault{endless}); got != "delete it" {
		t.Errorf("an endless name: %d bytes", len(got))
	}
}
