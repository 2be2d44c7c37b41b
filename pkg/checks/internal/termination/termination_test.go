package termination

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestText(t *testing.T) {
	for _, test := range []struct {
		end  inventory.Termination
		want string
	}{
		{inventory.Termination{Reason: "Completed"}, "exit code 0 (success)"},
		{inventory.Termination{ExitCode: 1, Reason: "Error"}, "exit code 1 (general error)"},
		{inventory.Termination{ExitCode: 2}, "exit code 2"},
		{inventory.Termination{ExitCode: 3, Reason: "Odd"}, "exit code 3, reason Odd"},
		{inventory.Termination{ExitCode: 126, Reason: "Error"}, "exit code 126 (the command cannot be executed)"},
		{inventory.Termination{ExitCode: 127, Reason: "Error"}, "exit code 127 (command not found)"},
		{inventory.Termination{ExitCode: 127, Reason: "ContainerCannotRun"}, "exit code 127 (command not found), reason ContainerCannotRun"},
		{inventory.Termination{ExitCode: 128, Reason: "StartError"}, "exit code 128, reason StartError"},
		{inventory.Termination{ExitCode: 128}, "exit code 128"},
		{inventory.Termination{ExitCode: 129}, "exit code 129 (SIGHUP)"},
		{inventory.Termination{ExitCode: 130}, "exit code 130 (SIGINT)"},
		{inventory.Termination{ExitCode: 132}, "exit code 132 (SIGILL, illegal instruction)"},
		{inventory.Termination{ExitCode: 134}, "exit code 134 (SIGABRT, aborted itself)"},
		{inventory.Termination{ExitCode: 135}, "exit code 135 (SIGBUS, bad memory access)"},
		{inventory.Termination{ExitCode: 136}, "exit code 136 (SIGFPE, arithmetic error)"},
		{inventory.Termination{ExitCode: 137, Reason: "Error"}, "exit code 137 (SIGKILL)"},
		{inventory.Termination{ExitCode: 137, Reason: "OOMKilled"}, "exit code 137 (SIGKILL), reason OOMKilled"},
		{inventory.Termination{ExitCode: 139}, "exit code 139 (SIGSEGV, bad memory access)"},
		{inventory.Termination{ExitCode: 143}, "exit code 143 (SIGTERM)"},
		{inventory.Termination{ExitCode: 192}, "exit code 192 (signal 64)"},
		{inventory.Termination{ExitCode: 193}, "exit code 193"},
		{inventory.Termination{ExitCode: 255}, "exit code 255 (-1 or out of range)"},
		{inventory.Termination{ExitCode: 0, Signal: 9}, "exit code 0 (SIGKILL)"},
		// Windows: an access violation.
		{inventory.Termination{ExitCode: -1073741819, Reason: "Error"}, "exit code 0xC0000005 (access violation)"},
		{inventory.Termination{ExitCode: -1073741510}, "exit code 0xC000013A (asked to stop, Ctrl+C)"},
		{inventory.Termination{ExitCode: -1073740000}, "exit code 0xC0000720"},
		{inventory.Termination{ExitCode: -1 << 24}, "exit code 0xFF000000"},
		{inventory.Termination{ExitCode: -1<<24 + 1}, "exit code -16777215"},
		{inventory.Termination{ExitCode: -1}, "exit code -1"},
		{inventory.Termination{ExitCode: 1<<31 - 1}, "exit code 2147483647"},
	} {
		if got := Text(&test.end); got != test.want {
			t.Errorf("%+v: %q, want %q", test.end, got, test.want)
		}
	}
}

func TestLost(t *testing.T) {
	for _, test := range []struct {
		end  inventory.Termination
		want bool
	}{
		{inventory.Termination{ExitCode: 137, Reason: "ContainerStatusUnknown"}, true},
		{inventory.Termination{ExitCode: 137, Reason: "RestartingAllContainers"}, true},
		{inventory.Termination{ExitCode: 255, Reason: "Unknown"}, true},
		{inventory.Termination{ExitCode: 255, Reason: "Error"}, false},
		{inventory.Termination{ExitCode: 137, Reason: "Error"}, false},
		{inventory.Termination{ExitCode: 137, Reason: "OOMKilled"}, false},
	} {
		if got := Lost(&test.end); got != test.want {
			t.Errorf("%+v: lost is %v", test.end, got)
		}
	}
}
