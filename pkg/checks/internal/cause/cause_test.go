package cause

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// told is an Event, by reason and message, with the minutes ago of its first and
// last time.
type told struct {
	reason, message string
	first, last     int
}

func passWith(t *testing.T, kind, name string, events ...told) *audit.Pass {
	t.Helper()
	var text strings.Builder
	for i, e := range events {
		fmt.Fprintf(&text, "---\n"+`{"apiVersion": "v1", "kind": "Event", "type": "Warning", "metadata": {"name": "e%d", "namespace": "shop"},
"reason": %q, "message": %q, "involvedObject": {"kind": %q, "namespace": "shop", "name": %q}, "count": 2,
"firstTimestamp": %q, "lastTimestamp": %q}`+"\n", i, e.reason, e.message, kind, name,
			noon.Add(-time.Duration(e.first)*time.Minute).Format(time.RFC3339), noon.Add(-time.Duration(e.last)*time.Minute).Format(time.RFC3339))
	}
	return &audit.Pass{Cluster: audittest.Fixture{Text: text.String(), Part: true}.Read(t, inventory.AllResources()), Now: noon}
}

func TestOf(t *testing.T) {
	timedOut := "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition"
	for _, test := range []struct {
		name   string
		stage  inventory.Stage
		events []told
		want   string
	}{
		{"the newest", inventory.Preparing, []told{{"FailedMount", "a", 30, 5}, {"FailedCreatePodSandBox", "b", 20, 2}}, "b"},
		{"the cause, not the newest", inventory.Preparing, []told{{"FailedMount", "a", 30, 5}, {"FailedMount", timedOut, 28, 1}}, "a"},
		{"a cause told once", inventory.Preparing, []told{{"FailedAttachVolume", "a", 50, 50}, {"FailedMount", timedOut, 48, 1}}, "a"},
		{"only a summary", inventory.Preparing, []told{{"FailedMount", timedOut, 28, 1}}, timedOut},
		{"a reason that is a summary", inventory.Preparing, []told{{"FailedMount", "a", 30, 5}, {"FailedSync", "b", 28, 1}}, "a"},
		{"combined", inventory.Preparing, []told{{"FailedMount", "(combined from similar events): a", 30, 5}}, "a"},
		{"over", inventory.Preparing, []told{{"FailedMount", "a", 30, 11}}, ""},
		{"of another stage", inventory.Ending, []told{{"FailedMount", "a", 30, 1}}, ""},
		{"of none", inventory.Preparing, []told{{"Unhealthy", "a", 30, 1}, {"BackOff", "b", 30, 1}}, ""},
		{"ending", inventory.Ending, []told{{"FailedMount", "a", 30, 1}, {"FailedKillPod", "b", 30, 2}}, "b"},
	} {
		p := passWith(t, "Pod", "cart-0", test.events...)
		got := ""
		if e := Of(p, &inventory.Object{Kind: "Pod", Namespace: "shop", Name: "cart-0"}, test.stage, EventsRecent); e != nil {
			got = e.Message
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestRefusalOf(t *testing.T) {
	const kind, name = "StatefulSet", "ledger"
	short := &inventory.Rollout{Desired: 3, Current: 1}
	denied := []told{{"FailedCreate", "first pod", 50, 50}, {"FailedCreate", "second pod", 40, 5}}
	for _, test := range []struct {
		name   string
		change func(*inventory.Workload)
		events []told
		want   *Refusal
	}{
		{"since the first", nil, denied, &Refusal{nil, "second pod", noon.Add(-50 * time.Minute), 4, noon.Add(-5 * time.Minute)}},
		{"all there", func(w *inventory.Workload) { w.Rollout = &inventory.Rollout{Desired: 3, Current: 3} }, denied, nil},
		{"made since", func(w *inventory.Workload) {
			w.Pods = []*inventory.Pod{{Object: inventory.Object{Created: noon.Add(-4 * time.Minute)}}}
		}, denied, nil},
		{"made in between", func(w *inventory.Workload) {
			w.Pods = []*inventory.Pod{{Object: inventory.Object{Created: noon.Add(-45 * time.Minute)}}}
		}, denied, &Refusal{nil, "second pod", noon.Add(-40 * time.Minute), 2, noon.Add(-5 * time.Minute)}},
		{"long ago", nil, []told{{"FailedCreate", "a", 90, 61}}, nil},
		{"a Job that is suspended", func(w *inventory.Workload) {
			w.Rollout, w.Jobs = nil, []*inventory.Job{{Suspended: true}}
		}, denied, nil},
		{"a Job that ends", func(w *inventory.Workload) {
			w.Rollout, w.Jobs = nil, []*inventory.Job{{Ending: true}}
		}, denied, nil},
		{"a Job that continues", func(w *inventory.Workload) {
			w.Rollout, w.Jobs = nil, []*inventory.Job{{Completed: noon}, {}}
		}, denied, &Refusal{nil, "second pod", noon.Add(-50 * time.Minute), 4, noon.Add(-5 * time.Minute)}},
		{"a CronJob between two runs", func(w *inventory.Workload) {
			w.Rollout, w.Jobs, w.CronJob = nil, []*inventory.Job{{Completed: noon}}, &inventory.CronJob{}
		}, denied, &Refusal{nil, "second pod", noon.Add(-50 * time.Minute), 4, noon.Add(-5 * time.Minute)}},
		{"a Job that was made in between", func(w *inventory.Workload) {
			w.Rollout, w.Jobs = nil, []*inventory.Job{{Object: inventory.Object{Created: noon.Add(-45 * time.Minute)}}}
		}, denied, &Refusal{nil, "second pod", noon.Add(-40 * time.Minute), 2, noon.Add(-5 * time.Minute)}},
		{"a Job that is done", func(w *inventory.Workload) {
			w.Rollout, w.Jobs = nil, []*inventory.Job{{Completed: noon}}
		}, denied, nil},
	} {
		w := &inventory.Workload{Object: inventory.Object{Kind: kind, Namespace: "shop", Name: name}, Rollout: short}
		if test.change != nil {
			test.change(w)
		}
		got := RefusalOf(passWith(t, kind, name, test.events...), w, time.Hour)
		if got != nil {
			got.Refusal, got.Since, got.Last = nil, got.Since.UTC(), got.Last.UTC()
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// A Deployment says itself why its pods are refused.
func TestRefusalOfADeployment(t *testing.T) {
	since := noon.Add(-time.Hour)
	for name, test := range map[string]struct {
		rollout inventory.Rollout
		want    string
	}{
		"it says nothing":          {inventory.Rollout{Desired: 3, Refused: inventory.Condition{Message: "denied", Since: since}}, ""},
		"in a message":             {inventory.Rollout{Refusal: &inventory.Refusal{}, Refused: inventory.Condition{Reason: "FailedCreate", Message: "denied", Since: since}}, "denied"},
		"in a reason":              {inventory.Rollout{Refusal: &inventory.Refusal{}, Refused: inventory.Condition{Reason: "FailedCreate", Since: since}}, "FailedCreate"},
		"even if all pods exist":   {inventory.Rollout{Desired: 3, Current: 3, Refusal: &inventory.Refusal{}, Refused: inventory.Condition{Message: "denied", Since: since}}, "denied"},
		"and Events are not asked": {inventory.Rollout{Desired: 3}, ""},
	} {
		w := &inventory.Workload{Object: inventory.Object{Kind: "Deployment", Namespace: "shop", Name: "web"}, Rollout: &test.rollout}
		got := RefusalOf(passWith(t, "Deployment", "web", told{"FailedCreate", "told", 50, 5}), w, time.Hour)
		switch {
		case got == nil && test.want != "", got != nil && (got.Message != test.want || !got.Since.Equal(since)):
			t.Errorf("%s: %+v, want %q", name, got, test.want)
		}
	}
}

// A pod may be in trouble for 5 minutes before its node is.
func TestDeadNode(t *testing.T) {
	dead := noon.Add(-time.Hour)
	node := func(status corev1.ConditionStatus) *inventory.Node {
		return &inventory.Node{Object: inventory.Object{Name: "node-1"}, Conditions: []corev1.NodeCondition{
			{Type: corev1.NodeReady, Status: status, LastTransitionTime: metav1.NewTime(dead)},
		}}
	}
	for name, test := range map[string]struct {
		node  *inventory.Node
		since time.Duration
		want  bool
	}{
		"since its node died":      {node(corev1.ConditionUnknown), 0, true},
		"before its node died":     {node(corev1.ConditionFalse), -5 * time.Minute, true},
		"long before":              {node(corev1.ConditionFalse), -5*time.Minute - time.Second, false},
		"on a node that is ready":  {node(corev1.ConditionTrue), time.Minute, false},
		"on a node that is silent": {&inventory.Node{Object: inventory.Object{Name: "node-1"}}, time.Minute, false},
		"on an unknown node":       {&inventory.Node{Object: inventory.Object{Name: "node-2"}}, time.Minute, false},
	} {
		p := &audit.Pass{Cluster: &inventory.Inventory{Nodes: []*inventory.Node{test.node}}, Now: noon}
		if got := DeadNode(p, &inventory.Pod{Node: "node-1"}, dead.Add(test.since)); (got != nil) != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestQuote(t *testing.T) {
	long := strings.Repeat("wrapped: ", 60)
	for text, want := range map[string]string{
		"Readiness probe failed: ": "Readiness probe failed",
		"":                         "",
		"  a\n\tb.\n":              "a b",
		"rpc error: code = Unknown desc = no such plugin":               "no such plugin",
		`sandbox "` + strings.Repeat("0123456789abcdef", 4) + `": gone`: `sandbox "0123456789ab…": gone`,
		"Beginning " + long + "end":                                     "Beginning " + long[:89] + " … " + strings.TrimSpace(long[len(long)-157:]) + " end",
	} {
		if got := Quote(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("rpc error: code = Unknown desc = failed to setup network for sandbox")
	f.Add(strings.Repeat("ü\xff", 300))
	f.Fuzz(func(t *testing.T, text string) {
		got := Quote(text)
		if n := utf8.RuneCountInString(got); n > quotedStart+quotedEnd+3 {
			t.Errorf("%d runes are left", n)
		}
		if strings.ContainsAny(got, "\n\r\t") {
			t.Errorf("%q has several lines", got)
		}
	})
}

func TestWithDetail(t *testing.T) {
	for want, said := range map[string][2]string{
		"Unschedulable: no node": {"Unschedulable", "no node"}, "Unschedulable": {"Unschedulable", ""}, "no node": {"", "no node"}, "": {},
	} {
		if got := WithDetail(said[0], said[1]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Characters count, not bytes.
func TestQuoteKeepsWhatFits(t *testing.T) {
	longest := strings.Repeat("ä", quotedStart+quotedEnd)
	if got := Quote(longest); got != longest {
		t.Errorf("got %q", got)
	}
	if got, want := Quote(longest+"b"), longest[:2*quotedStart]+" … "+longest[:2*(quotedEnd-1)]+"b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
