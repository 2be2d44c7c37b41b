//go:build integration

// Package faults puts a proxy between an audit and a real API server, and makes
// everything fail there that can fail. Under every fault the audit ends, and
// claims nothing that is false or that it did not see.
package faults

import (
	"context"
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

const (
	// bound limits an audit of this small cluster under any fault.
	bound = 30 * time.Second
	// impatient limits a request if a fault uses up its whole time.
	impatient = 5 * time.Second
	// later is the time from the reading to the judging: by then no pod is
	// too young to be judged.
	later = 10 * time.Minute
)

// world is the cluster, with the truth about it.
type world struct {
	cluster *kube.Cluster
	checks  []*audit.Check
	// resources are the resources that the checks need and this server has.
	resources []inventory.Resource
	truth     *api.Report
	// owners names, by namespace and name, the Deployment of each ReplicaSet.
	owners map[string]string
}

func TestMain(m *testing.M) {
	// client-go logs the faults that these tests cause on purpose.
	klog.SetLogger(logr.Discard())
	// The audits wait more than they work.
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	m.Run()
}

func TestFaults(t *testing.T) {
	w := &world{cluster: kube.Start(t)}
	populate(t, w.cluster)
	w.learn(t)
	t.Run("each resource", w.eachResource)
	t.Run("harmless", w.harmless)
	t.Run("some namespaces", w.someNamespaces)
	t.Run("identity", w.identity)
	t.Run("server gone", w.serverGone)
	t.Run("untrusted server", w.untrustedServer)
	t.Run("missing owners", w.missingOwners)
	t.Run("clock", w.clock)
	t.Run("changes", w.changes)
}

// learn audits the cluster without faults. Only an aggregated API that nobody
// needs is down.
func (w *world) learn(t *testing.T) {
	selected, err := audit.Select(checks.All(), audit.Selection{})
	must(t, err)
	w.checks, w.owners = selected, map[string]string{}
	inv, err := w.read(t, w.cluster.Config())
	must(t, err)
	w.truth = w.judge(inv)
	for _, check := range w.truth.Checks {
		if check.Unknown > 0 {
			t.Errorf("without faults: %s is not known: %s", check.ID, check.Reason)
		}
	}
	if w.truth.Summary.Coverage != 1 || len(w.truth.Incomplete) > 0 {
		t.Fatalf("without faults: coverage %v, %+v", w.truth.Summary.Coverage, w.truth.Incomplete)
	}
	w.resources = served(t, w.cluster, audit.Resources(selected))
	for _, resource := range w.resources {
		if read := inv.Read(resource); read.Items < 2 {
			t.Fatalf("%s: %d objects are less than two pages", resource, read.Items)
		}
	}
	found := w.allowed()
	sane := map[string]bool{}
	for _, want := range []string{
		"container-oom-killed Deployment broken/web", "image-tag-latest StatefulSet broken/db",
		"memory-limit-missing DaemonSet broken/agent", "resource-requests-missing ReplicationController broken/legacy",
		"readiness-probe-missing Deployment broken/web", "job-failed Job broken/once", "image-tag-latest CronJob broken/nightly",
		"pod-without-owner Pod broken/bare", "service-without-endpoints Service broken/web",
	} {
		if _, there := found[want]; !there {
			t.Errorf("not found: %s", want)
		}
		check, _, _ := strings.Cut(want, " ")
		sane[check] = true
	}
	for _, f := range w.truth.Findings {
		if f.Object.Namespace == fine && sane[f.Check] {
			t.Errorf("found where all is well: %s", key(f.Check, f.Object))
		}
	}
	sets, err := w.cluster.Client().AppsV1().ReplicaSets("").List(t.Context(), metav1.ListOptions{})
	must(t, err)
	for _, set := range sets.Items {
		w.owners[set.Namespace+"/"+set.Name] = metav1.GetControllerOf(&set).Name
	}
}

// served removes custom resources that are not installed.
func served(t *testing.T, cluster *kube.Cluster, resources []inventory.Resource) []inventory.Resource {
	t.Helper()
	groups, err := cluster.Client().Discovery().ServerGroups()
	must(t, err)
	return slices.DeleteFunc(resources, func(r inventory.Resource) bool {
		return !slices.ContainsFunc(groups.Groups, func(g metav1.APIGroup) bool { return g.Name == r.GroupResource().Group })
	})
}

func (w *world) read(t *testing.T, config *rest.Config) (*inventory.Inventory, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	source := live.Source{Name: "test", Config: config, ChunkSize: 1}
	request := audit.Request(w.checks, inventory.Scope{})
	request.Secrets = true
	inv, err := source.Read(ctx, request)
	if ctx.Err() != nil {
		t.Fatalf("not over after %v: %v", bound, err)
	}
	return inv, err
}

func (w *world) judge(inv *inventory.Inventory) *api.Report {
	return audit.Run(inv, audit.Options{Checks: w.checks, Now: inv.Time.Add(later)})
}

// allowed returns all findings that are true, with their severities. Findings
// that were folded under another are true as well.
func (w *world) allowed() map[string]api.Severity {
	findings := map[string]api.Severity{}
	for _, f := range w.truth.Findings {
		for _, check := range append([]string{f.Check}, f.Folded...) {
			findings[key(check, f.Object)] = f.Severity
		}
	}
	return findings
}

func key(check string, o api.Object) string {
	return check + " " + o.Kind + " " + o.Namespace + "/" + o.Name
}

// honest compares the report of a disturbed audit with the truth.
func (w *world) honest(t *testing.T, inv *inventory.Inventory) *api.Report {
	t.Helper()
	r, allowed := w.judge(inv), w.allowed()
	for _, f := range r.Findings {
		object := f.Object
		if owner, known := w.owners[object.Namespace+"/"+object.Name]; known && object.Kind == "ReplicaSet" {
			// Without the ReplicaSets nobody knows what they are a part of.
			object.Kind, object.Name = "Deployment", owner
		}
		severity, true := allowed[key(f.Check, object)]
		if !true || !severity.AtLeast(f.Severity) {
			t.Errorf("not true: %s %s: %s", f.Severity, key(f.Check, object), f.Message)
		}
	}
	for i, check := range w.checks {
		if outcome := r.Checks[i].Outcome; outcome != api.Pass && outcome != api.NotApplicable {
			continue
		}
		for _, resource := range rests(check) {
			if !inv.CompleteIn("", resource) {
				t.Errorf("%s: %s without all of %s", check.ID, r.Checks[i].Outcome, resource)
			}
		}
	}
	return r
}

// rests returns the resources on which the verdict of a check rests. It leaves
// out those that can only strengthen the verdict, or show that nobody uses a
// Service.
func rests(check *audit.Check) []inventory.Resource {
	needed := slices.Concat(check.Reads.Needs, check.Reads.AbsentFrom)
	return slices.DeleteFunc(check.Resources(), func(r inventory.Resource) bool {
		consumer := check.Judge.Subjects() == "workloads" && slices.Contains(inventory.Consumers, r)
		return slices.Contains(check.Reads.Optional, r) || consumer && !slices.Contains(needed, r)
	})
}

// lacks requires that a report says what it lacks, in numbers, words and gate.
func (w *world) lacks(t *testing.T, r *api.Report, resource inventory.Resource, reason string) {
	t.Helper()
	needed := slices.ContainsFunc(w.checks, func(c *audit.Check) bool { return slices.Contains(rests(c), resource) })
	if needed && r.Summary.Coverage >= 1 {
		t.Errorf("coverage %v", r.Summary.Coverage)
	}
	if !slices.ContainsFunc(r.Incomplete, func(i api.Incomplete) bool {
		return i.Resource == string(resource) && i.Reason == reason && i.Detail != ""
	}) {
		t.Errorf("incomplete are %+v, without %s: %s", r.Incomplete, resource, reason)
	}
	if len(audit.Gate{RequireComplete: true}.Missing(r)) == 0 {
		t.Error("the gate for complete reports holds")
	}
}

func (w *world) eachResource(t *testing.T) {
	for name, test := range map[string]struct {
		fault  fault
		reason string
		// pages selects the requests that meet the fault, by default all pages.
		pages func(inventory.Resource) func(*http.Request) bool
		old   bool
		// slow faults use up the time of a request, and perhaps that of other
		// requests.
		slow bool
	}{
		"forbidden":              {fault: refuse(403, metav1.StatusReasonForbidden), reason: "forbidden"},
		"not found":              {fault: refuse(404, metav1.StatusReasonNotFound), reason: "not served"},
		"page not found":         {fault: pageNotFound, reason: "not served"},
		"expired":                {fault: refuse(410, metav1.StatusReasonExpired), reason: "expired", pages: laterPages},
		"expired, with a token":  {fault: expired, reason: "inconsistent", pages: laterPages},
		"throttled":              {fault: refuse(429, metav1.StatusReasonTooManyRequests), reason: "throttled"},
		"throttled, with a time": {fault: refuse(429, metav1.StatusReasonTooManyRequests, "Retry-After", "1"), reason: "timed out", slow: true},
		"server error":           {fault: refuse(500, metav1.StatusReasonInternalError), reason: "server error"},
		"unavailable":            {fault: refuse(503, metav1.StatusReasonServiceUnavailable), reason: "unavailable"},
		"reset on the way":       {fault: reset, reason: "connection lost", pages: laterPages},
		"reset over HTTP/1.1":    {fault: reset, reason: "connection lost", old: true},
		"truncated":              {fault: truncate, reason: "invalid answer"},
		"no TLS":                 {fault: garble, reason: "connection lost", old: true},
		"no answer":              {fault: stall, reason: "timed out", slow: true},
		"no end of a page":       {fault: stallInside, reason: "timed out", pages: laterPages, slow: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, resource := range w.resources {
				t.Run(string(resource), func(t *testing.T) {
					t.Parallel()
					p := newProxy(t, w.cluster.Config())
					match := lists(resource)
					if test.pages != nil {
						match = test.pages(resource)
					}
					config := p.serve(t, test.old, match, test.fault)
					if test.slow {
						config.Timeout = impatient
					}
					inv, err := w.read(t, config)
					must(t, err)
					r := w.honest(t, inv)
					w.lacks(t, r, resource, test.reason)
					if p.hit.Load() == 0 {
						t.Error("nothing met the fault")
					}
					if !test.slow && len(r.Incomplete) != 1 {
						t.Errorf("more is incomplete: %+v", r.Incomplete)
					}
				})
			}
		})
	}
}

// A temporary fault leaves no trace in the report.
func (w *world) harmless(t *testing.T) {
	for name, test := range map[string]struct {
		fault fault
		match func(*http.Request) bool
		old   bool
	}{
		"reset once":             {fault: once(reset), match: laterPages(inventory.Pods)},
		"truncated once":         {fault: once(truncate), match: laterPages(inventory.Pods)},
		"no TLS once":            {fault: once(garble), match: lists(inventory.Pods), old: true},
		"throttled once":         {fault: once(refuse(429, metav1.StatusReasonTooManyRequests)), match: lists(inventory.Pods)},
		"throttled for a second": {fault: once(refuse(429, metav1.StatusReasonTooManyRequests, "Retry-After", "1")), match: lists(inventory.Pods)},
		"unavailable once":       {fault: once(refuse(503, metav1.StatusReasonServiceUnavailable)), match: lists(inventory.Pods)},
		"connections that end":   {fault: closing(), match: everything, old: true},
		"streams that end":       {fault: closing(), match: everything},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			inv, err := w.read(t, p.serve(t, test.old, test.match, test.fault))
			must(t, err)
			w.whole(t, w.honest(t, inv))
			if p.hit.Load() == 0 {
				t.Error("nothing met the fault")
			}
		})
	}
}

// whole requires that a report lacks nothing.
func (w *world) whole(t *testing.T, r *api.Report) {
	t.Helper()
	if r.Summary.Coverage != 1 || len(r.Incomplete) > 0 || len(r.Findings) != len(w.truth.Findings) {
		t.Errorf("coverage %v, incomplete %+v, %d findings of %d",
			r.Summary.Coverage, r.Incomplete, len(r.Findings), len(w.truth.Findings))
	}
}

// A user who may read a resource only in one namespace learns everything about
// that one, and where there is more.
func (w *world) someNamespaces(t *testing.T) {
	namespaces, err := w.cluster.Client().CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
	must(t, err)
	var hidden []string
	for _, namespace := range namespaces.Items {
		if namespace.Name != broken {
			hidden = append(hidden, namespace.Name)
		}
	}
	for _, resource := range w.resources {
		if resource.ClusterScoped() {
			continue
		}
		t.Run(string(resource), func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			inv, err := w.read(t, p.serve(t, false, lists(resource), forbiddenBut(broken)))
			must(t, err)
			r := w.honest(t, inv)
			w.lacks(t, r, resource, "forbidden")
			var named []string
			for _, i := range r.Incomplete {
				named = append(named, i.Namespace)
			}
			if !slices.Equal(named, hidden) {
				t.Errorf("incomplete in %q, want %q", named, hidden)
			}
			if share := inv.Read(resource).Share(); share != 1/float64(len(namespaces.Items)) {
				t.Errorf("read to %v in 1 of %d namespaces", share, len(namespaces.Items))
			}
		})
	}
	t.Run("all resources", func(t *testing.T) {
		p := newProxy(t, w.cluster.Config())
		match := func(r *http.Request) bool {
			return slices.ContainsFunc(w.resources, func(resource inventory.Resource) bool { return lists(resource)(r) })
		}
		inv, err := w.read(t, p.serve(t, false, match, forbiddenBut(broken)))
		must(t, err)
		r := w.honest(t, inv)
		for _, resource := range w.resources {
			w.lacks(t, r, resource, "forbidden")
		}
		oom := func(f api.Finding) bool { return f.Check == "container-oom-killed" && f.Object.Name == "web" }
		if !slices.ContainsFunc(r.Findings, oom) {
			t.Errorf("nothing found in the namespace that can be read: %+v", r.Findings)
		}
	})
}

// A user whose credentials have expired learns nothing.
func (w *world) identity(t *testing.T) {
	for _, resource := range w.resources {
		t.Run(string(resource), func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			_, err := w.read(t, p.serve(t, false, laterPages(resource), refuse(401, metav1.StatusReasonUnauthorized)))
			if !apierrors.IsUnauthorized(err) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func (w *world) serverGone(t *testing.T) {
	for name, answers := range map[string]int64{"at once": 1, "soon": 5, "later": 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			inv, err := w.read(t, p.serve(t, false, everything, goneAfter(answers)))
			must(t, err)
			r := w.honest(t, inv)
			w.lacks(t, r, inventory.Events, "connection lost")
			if answers == 1 && (r.Summary.Coverage != 0 || r.Summary.Score.Score != nil) {
				t.Errorf("nothing was read: %+v", r.Summary)
			}
		})
	}
}

func (w *world) untrustedServer(t *testing.T) {
	config := newProxy(t, w.cluster.Config()).serve(t, false, everything, unharmed)
	config.CAData = w.cluster.Config().CAData
	config.CAFile = w.cluster.Config().CAFile
	if inv, err := w.read(t, config); err == nil {
		t.Errorf("read %+v", inv.Reads)
	}
}

// An owner is not gone because a list lacks it, nor because nobody answers.
func (w *world) missingOwners(t *testing.T) {
	for name, answer := range map[string]fault{
		"they are there": unharmed,
		"forbidden":      refuse(403, metav1.StatusReasonForbidden),
		"not served":     refuse(404, metav1.StatusReasonNotFound),
		"page not found": pageNotFound,
		"server error":   refuse(500, metav1.StatusReasonInternalError),
		"no answer":      stall,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			list, get := lists(inventory.ReplicaSets), single(inventory.ReplicaSets)
			match := func(r *http.Request) bool { return list(r) || get(r) }
			config := p.serve(t, false, match, func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				if list(r) {
					emptyList(w, r, server)
					return
				}
				answer(w, r, server)
			})
			if name == "no answer" {
				config.Timeout = impatient
			}
			inv, err := w.read(t, config)
			must(t, err)
			w.honest(t, inv)
			if p.hit.Load() < 3 {
				t.Error("no owner was asked for")
			}
		})
	}
}

// The server's clock counts. A client cannot know which clock is an hour off,
// its own or the server's.
func (w *world) clock(t *testing.T) {
	for name, skew := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, w.cluster.Config())
			config := p.serve(t, false, everything, func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				server.ServeHTTP(skewed{w, skew}, r)
			})
			inv, err := w.read(t, config)
			must(t, err)
			if ahead := time.Until(inv.Time); (ahead - skew).Abs() > bound {
				t.Fatalf("the time is %v ahead, the server's is %v", ahead, skew)
			}
			inv.Time = inv.Time.Add(-skew)
			w.whole(t, w.honest(t, inv))
		})
	}
}

// skewed is a response from a server whose clock is off.
type skewed struct {
	http.ResponseWriter
	skew time.Duration
}

func (w skewed) WriteHeader(code int) {
	w.Header().Set("Date", time.Now().Add(w.skew).UTC().Format(http.TimeFormat))
	w.ResponseWriter.WriteHeader(code)
}
