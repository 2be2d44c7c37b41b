package audit

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// A cut command is another command: fixes contain only whole ones.
func TestFixesHoldWholeCommands(t *testing.T) {
	var faults []Fault
	for i := range 50 {
		container := fmt.Sprintf("container-%d", i)
		faults = append(faults, Fault{Container: container, Fix: Fix{
			Advice: "set a limit", Command: Kubectl("set", "resources").In("shop").On("deployment/web").Flag("-c", container).With("--limits=memory=MEMORY"),
		}})
	}
	fix := joinFixes(faults)
	if n := utf8.RuneCountInString(fix); n > api.MaxMessage || n < api.MaxMessage/2 {
		t.Errorf("%d runes", n)
	}
	if api.Text(fix, api.MaxMessage) != fix {
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
	// A command that fills the room to the last character is shown, a longer one is not.
	room := api.MaxMessage - len("delete it: kubectl delete ")
	for length, want := range map[int]int{room: api.MaxMessage, room + 1: len("delete it")} {
		got := joinFixes([]Fault{{Fix: Fix{Advice: "delete it", Command: Kubectl("delete").On(strings.Repeat("a", length))}}})
		if len(got) != want {
			t.Errorf("a name of %d bytes makes a fix of %d, want %d", length, len(got), want)
		}
	}
	endless := Fault{Fix: Fix{Advice: "delete it", Command: Kubectl("delete").On(strings.Repeat("a", 100_000))}}
	if got := joinFixes([]Fault{endless}); got != "delete it" {
		t.Errorf("an endless name: %d bytes", len(got))
	}
}

// A command that cannot be shown safely is reported as missing, and the others
// stay.
func TestFixesSayThatACommandIsMissing(t *testing.T) {
	faults := []Fault{
		{Fix: Fix{Advice: "restart it", Command: Kubectl("rollout", "restart").In("shop").On("deployment/web")}},
		{Fix: Fix{Advice: "delete it", Command: Kubectl("delete").In("shop").On("--all")}},
		{Fix: Fix{Advice: "ask its owner"}},
	}
	for _, test := range []struct {
		faults []Fault
		want   string
	}{
		{faults[2:], "ask its owner"},
		{faults[1:2], "delete it" + noCommand},
		{faults, "restart it; delete it; ask its owner" + noCommand + ": kubectl -n shop rollout restart deployment/web"},
	} {
		if got := joinFixes(test.faults); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
	long := Fault{Fix: Fix{Advice: strings.Repeat("a", 2*api.MaxMessage), Command: faults[1].Fix.Command}}
	if got := joinFixes([]Fault{long}); !strings.HasSuffix(got, noCommand) || utf8.RuneCountInString(got) > api.MaxMessage {
		t.Errorf("an endless advice: %d bytes", len(got))
	}
}
