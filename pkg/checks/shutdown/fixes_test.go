package shutdown_test

import (
	"io/fs"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/shutdown"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The fixes are commands for the very object.
func TestFixes(t *testing.T) {
	for _, test := range []struct {
		check      *audit.Check
		name, want string
	}{
		{shutdown.PreStopMissing, "bad", "let it sleep a few seconds before it gets SIGTERM: kubectl -n shop patch deployment/cart --patch " +
			`'{"spec":{"template":{"spec":{"containers":[{"name":"app","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'`},
		{shutdown.PreStopMissing, "edge-one-of-several", "let the container that serves sleep a few seconds before it stops"},
		{shutdown.GracePeriodTooShort, "bad", "give it time to finish its work: kubectl -n shop patch deployment/cart --patch " +
			`'{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}'`},
		{shutdown.GracePeriodTooShort, "edge-sleep-in-a-script", "give it time to finish its work: kubectl -n shop patch deployment/cart --patch " +
			`'{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":50}}}}'`},
		{shutdown.LifecycleHookFailing, "bad", "run the command of the postStart hook by hand, and correct it: " +
			"kubectl -n shop get replicaset/cart-5d8f -o yaml"},
		{shutdown.TerminationForced, "bad", "let its first process handle SIGTERM, or raise the grace period; check what it did meanwhile: " +
			"kubectl -n shop logs cart-5d8f-x7k2p -c app --previous"},
		{shutdown.TerminationForced, "edge-deleted", "let its first process handle SIGTERM, or raise the grace period; check what it did meanwhile: " +
			"kubectl -n shop logs cart-5d8f-x7k2p -c app"},
	} {
		text, err := fs.ReadFile(shutdown.Category.Fixtures, "testdata/"+test.check.ID+"/"+test.name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		findings := run(t, test.check, string(text), inventory.AllResources()...).Findings
		if len(findings) != 1 || findings[0].Fix != test.want {
			t.Errorf("%s/%s:\n%+v\nwant:\n%s", test.check.ID, test.name, findings, test.want)
		}
	}
}

// Whether a kill was a stop is told by Events: without them it is not known.
func TestKillWithoutEvents(t *testing.T) {
	text, err := fs.ReadFile(shutdown.Category.Fixtures, "testdata/termination-forced/bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	outcome := run(t, shutdown.TerminationForced, string(text), inventory.Pods).Checks[0]
	if outcome.Unknown != 1 || outcome.Failed != 0 {
		t.Errorf("%+v", outcome)
	}
}
