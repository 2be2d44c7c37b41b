package stability_test

import (
	"regexp"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/stability"
)

// run audits one fixture of a check.
func run(t *testing.T, check *audit.Check, name string) *api.Report {
	t.Helper()
	return runIn(t, "", check, name)
}

// runIn audits one namespace of a fixture, or all.
func runIn(t *testing.T, namespace string, check *audit.Check, name string) *api.Report {
	t.Helper()
	f := audittest.Load(t, check, "testdata", name)
	if namespace != "" {
		f.Scope.Namespaces = []string{namespace}
	}
	return f.Audit(t, check.Resources(), check)
}

// quotedFlag is one that a shell would take without its quotes too: what is
// quoted is the engine's business.
var quotedFlag = regexp.MustCompile(`'(--[a-z-]+=[\w=./:-]+)'`)

// The fixes are commands for the very object.
func TestFixes(t *testing.T) {
	for _, test := range []struct {
		check      *audit.Check
		name, want string
	}{
		{stability.ContainerOOMKilled, "bad",
			"raise the memory limit or fix the leak: kubectl -n shop set resources deployment/cart -c app --limits=memory=512Mi"},
		{stability.ContainerOOMKilled, "edge-pod-level-limit",
			`raise the pod's memory limit or fix the leak: ` +
				`kubectl -n shop patch deployment/cart --patch '{"spec":{"template":{"spec":{"resources":{"limits":{"memory":"1Gi"}}}}}}'`},
		{stability.ContainerOOMKilled, "edge-pod-level-limit-above",
			"raise the memory limit or fix the leak: kubectl -n shop set resources deployment/cart -c app --limits=memory=512Mi"},
		{stability.ContainerOOMKilled, "edge-resize-refused",
			"find out what keeps the resize to 24Gi from its node, move the pod to a larger one, or fix the leak: kubectl -n shop describe pod tanker-0"},
		{stability.ContainerOOMKilled, "edge-resized-below-its-template",
			"recreate the pod with the 200Mi of its template, or fix the leak: kubectl -n shop rollout restart statefulset/tanker"},
		{stability.ContainerOOMKilled, "edge-ephemeral-container",
			"debug with a smaller tool: an ephemeral container has no memory of its own"},
		{stability.ContainerCrashLooping, "bad",
			"read how the last run ended: kubectl -n shop logs checkout-7f9c-2lqnd -c app --previous"},
		{stability.ContainerCrashLooping, "edge-start-error",
			"correct the command or the image: kubectl -n shop describe pod checkout-7f9c-2lqnd"},
		{stability.ContainerCrashLooping, "edge-command-not-found",
			"correct the command or the image: kubectl -n shop logs checkout-7f9c-2lqnd -c app --previous"},
		{stability.ContainerRestarting, "bad",
			"find the fault in the program or its libraries: kubectl -n shop logs search-66b9-9xw2b -c app --previous"},
		{stability.PodWithoutOwner, "bad",
			"put its spec and labels into the template of a Deployment: " +
				"kubectl -n shop create deployment checkout --image=registry.example/checkout:2.0.0 --dry-run=client -o yaml"},
		{stability.PodWithoutOwner, "edge-old-one-off",
			"put its spec and labels into the template of a Job: " +
				"kubectl -n shop create job migrate --image=registry.example/tool:1 --dry-run=client -o yaml"},
		{stability.PodWithoutOwner, "edge-kubectl-debug-node",
			"delete it when nobody needs it any longer: kubectl -n shop delete pod node-debugger-node-1-x7k2p"},
		{stability.ContainerNotStarting, "bad",
			"correct the name of the image, or push it: kubectl -n shop set image deployment/cart app=IMAGE"},
		{stability.ContainerNotStarting, "edge-config-missing",
			"create what is missing: kubectl -n shop describe pod cart-5d8f-x7k2p"},
		{stability.ContainerNotStarting, "edge-would-run-as-root",
			"set a user with a number other than 0, or use an image whose USER is one: kubectl -n shop patch deployment/cart " +
				`--patch '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":"UID"}}}}}'`},
		{stability.ContainerNotStarting, "edge-no-such-command",
			"correct the command, or use an image that has it: kubectl -n shop describe pod cart-5d8f-x7k2p"},
		{stability.ContainerNotStarting, "edge-left-over",
			"delete the pod, which is from an earlier revision: the StatefulSet then creates it from its current template: " +
				"kubectl -n shop delete pod ledger-0"},
		{stability.ContainerNotStarting, "edge-template-is-wrong",
			"correct the name of the image, or push it: kubectl -n shop set image statefulset/ledger app=IMAGE"},
		{stability.PodUnready, "bad",
			"find out why its probe fails: kubectl -n shop logs search-66b9-9xw2b -c app --tail=50"},
		{stability.PodPending, "bad",
			"lower its requests to what it uses, or add a node: kubectl -n shop describe pod ledger-0"},
		{stability.PodEvicted, "bad",
			"request as much memory as it uses, and find out what fills the node: kubectl -n shop describe pod report-6f7b-m4x8c"},
		{stability.ContainerKilled, "bad",
			"give the liveness probe more time, or repair what it checks: kubectl -n shop logs search-66b9-9xw2b -c app --previous"},
		{stability.PodStuckTerminating, "bad",
			"repair the controller of the finalizer; remove the finalizer by hand only if the controller is gone for good: " +
				`kubectl -n shop patch pod ledger-0 --patch '{"metadata":{"$deleteFromPrimitiveList/finalizers":["backup.example/final-copy"]}}'`},
		{stability.PodStuckTerminating, "edge-node-gone",
			"repair the controller of the finalizer; remove the finalizer by hand only if the controller is gone for good: " +
				`kubectl -n shop patch pod ledger-0 --patch '{"metadata":{"$deleteFromPrimitiveList/finalizers":["backup.example/final-copy"]}}'`},
		{stability.PodStuckTerminating, "edge-node-gone-alone",
			"check that the controller manager runs, which removes pods of a node that is gone, or delete the pod by force: " +
				"kubectl -n shop delete pod ledger-0 --force --grace-period=0"},
		{stability.PodStuckTerminating, "edge-before-its-node",
			"bring the node back; if it is off for good, add the out-of-service taint: " +
				"kubectl taint nodes node-1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"},
		{stability.RolloutStuck, "bad",
			"find out why its pods are not ready, or roll it back: kubectl -n shop describe deployment/cart"},
		{stability.ImageDigestDrift, "bad",
			"pin the intended digest: kubectl -n shop set image deployment/cart app=registry.example/cart@sha256:DIGEST"},
		{stability.PodOwnerMissing, "bad",
			"bring the ReplicaSet back from its manifest, then delete the objects of the old one: " +
				"kubectl -n shop delete pod/web-7d4-2lqnd pod/web-7d4-h8w4s"},
		{stability.PodOwnerMissing, "edge-gone-above",
			"bring the Deployment back from its manifest, then delete the objects of the old one: " +
				"kubectl -n shop delete replicaset/web-7d4"},
		{stability.PodOwnerMissing, "edge-bare-replica-set",
			"put its selector and template into a Deployment, which then adopts it: " +
				"kubectl -n shop get replicaset web-7d4 -o yaml"},
	} {
		findings := run(t, test.check, test.name).Findings
		if len(findings) != 1 {
			t.Errorf("%s/%s: %d findings", test.check.ID, test.name, len(findings))
		} else if got := quotedFlag.ReplaceAllString(findings[0].Fix, "$1"); got != test.want {
			t.Errorf("%s/%s:\n%s\nwant:\n%s", test.check.ID, test.name, got, test.want)
		}
	}
}

// Silence has three meanings: fine, not to be asked, and not known.
func TestOutcomesWithoutFinding(t *testing.T) {
	for _, test := range []struct {
		check   *audit.Check
		name    string
		outcome api.Outcome
		reason  string
	}{
		{stability.ContainerOOMKilled, "good", api.Pass, ""},
		{stability.ContainerCrashLooping, "good", api.Pass, ""},
		{stability.ContainerRestarting, "good", api.Pass, ""},
		{stability.ContainerRestarting, "edge-finished", api.NotApplicable, ""},
		{stability.PodWithoutOwner, "good", api.Pass, ""},
		{stability.PodWithoutOwner, "edge-young-one-off", api.NotApplicable, ""},
		{stability.PodWithoutOwner, "edge-finished", api.NotApplicable, ""},
		{stability.PodWithoutOwner, "edge-static-pod", api.NotApplicable, ""},
		{stability.ContainerNotStarting, "edge-just-now", api.Pass, ""},
		{stability.ContainerKilled, "edge-finished", api.NotApplicable, ""},
		{stability.PodUnready, "edge-one-off", api.NotApplicable, ""},
		{stability.PodPending, "edge-just-now", api.Pass, ""},
		{stability.PodStuckTerminating, "edge-not-yet", api.Pass, ""},
		{stability.RolloutStuck, "good", api.Pass, ""},
		{stability.RolloutStuck, "edge-manifest", api.NotApplicable, ""},
		{stability.RolloutStuck, "edge-not-observed-yet", api.Unknown, "Deployment cart: its controller has not seen the current spec yet"},
		{stability.ImageDigestDrift, "good", api.Pass, ""},
		{stability.ImageDigestDrift, "edge-nodes-not-read", api.Unknown, "architecture and runtime of node node-2 are not known"},
		{stability.PodOwnerMissing, "good", api.Pass, ""},
		{stability.PodOwnerMissing, "edge-bare-pod", api.NotApplicable, ""},
		{stability.PodOwnerMissing, "edge-replica-set-without-pods", api.NotApplicable, ""},
		{stability.PodOwnerMissing, "edge-finished-or-deleted", api.NotApplicable, ""},
		{stability.PodOwnerMissing, "edge-kind-not-in-the-files", api.Unknown, "owned by ReplicaSet web-7d4, which was not read"},
		{stability.PodOwnerMissing, "edge-custom-owner", api.Unknown, "owned by Rollout web, which was not read"},
		{stability.PodOwnerMissing, "edge-may-not-ask", api.Unknown, "owned by ReplicaSet old-1f2, not verified: forbidden"},
		{stability.PodOwnerMissing, "edge-owner-is-a-pod", api.Unknown, "owned by Pod driver, not verified: not among the pods that were read"},
	} {
		got := run(t, test.check, test.name).Checks[0]
		if got.Outcome != test.outcome || got.Reason != test.reason {
			t.Errorf("%s/%s: %s (%s), want %s (%s)", test.check.ID, test.name, got.Outcome, got.Reason, test.outcome, test.reason)
		}
	}
}

// An audit of one namespace judges no nodes: its findings name the dead one.
func TestDeadNodeOfANamespace(t *testing.T) {
	for _, test := range []struct {
		check                 *audit.Check
		namespace, name, want string
	}{
		{stability.RolloutStuck, "net", "edge-dead-node", "1 of 2 available: node node-2 has not been ready for 40m"},
		{stability.PodStuckTerminating, "shop", "edge-node-not-ready",
			"still terminating, 29m past the grace period: its node node-1 is not ready"},
	} {
		findings := runIn(t, test.namespace, test.check, test.name).Findings
		if len(findings) != 1 || findings[0].Message != test.want {
			t.Errorf("%s: %+v, want %s", test.check.ID, findings, test.want)
		}
		if findings = run(t, test.check, test.name).Findings; len(findings) > 0 {
			t.Errorf("%s, all namespaces: %+v", test.check.ID, findings)
		}
	}
}
