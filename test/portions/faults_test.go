package portions

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

func TestMain(m *testing.M) {
	// client-go logs the faults that these tests cause on purpose.
	klog.SetLogger(logr.Discard())
	m.Run()
}

// fault answers a request in its own way.
type fault func(w http.ResponseWriter, r *http.Request, server http.Handler)

// faulty has a fault for the requests that match.
func faulty(server http.Handler, match func(*http.Request) bool, f fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if match(r) {
			f(w, r, server)
			return
		}
		server.ServeHTTP(w, r)
	})
}

// small is the size of pages, of which each list that fails has several.
const small = 20

// page matches the requests for a page of a list in all namespaces.
func page(n int, r inventory.Resource) func(*http.Request) bool {
	token := strconv.Itoa((n - 1) * small)
	return func(request *http.Request) bool {
		return ofAll(r)(request) && (request.URL.Query().Get("continue") == token || n == 1 && !request.URL.Query().Has("continue"))
	}
}

// ofAll matches the requests for a list in all namespaces.
func ofAll(r inventory.Resource) func(*http.Request) bool {
	of := r.GroupResource()
	return func(request *http.Request) bool {
		path := request.URL.Path
		return strings.HasSuffix(path, "/"+of.Resource) && strings.Contains(path, of.Group) && !strings.Contains(path, "/namespaces/")
	}
}

func refuse(err *apierrors.StatusError) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { lists.Refuse(w, err) }
}

// goOn answers as an API server that has forgotten the moment of a list: from the same key,
// objects of a later moment.
func goOn(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	err := apierrors.NewResourceExpired("the provided continue parameter is too old")
	err.ErrStatus.Continue = "0" + r.URL.Query().Get("continue")
	lists.Refuse(w, err)
}

func truncate(w http.ResponseWriter, r *http.Request, server http.Handler) {
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
	_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
}

var forbidden = apierrors.NewForbidden(schema.GroupResource{Resource: "things"}, "", nil)

// A list that fails in the middle is incomplete, as for the whole. Nothing is lost, judged
// twice or claimed that neither everything nor the whole without the rest of the list shows.
func TestListsFailInTheMiddle(t *testing.T) {
	w := everyCheck(small)
	truth := w.whole(t, townServer(t))
	for name, f := range map[string]fault{
		"server error": refuse(apierrors.NewInternalError(fmt.Errorf("no"))),
		"forbidden":    refuse(forbidden),
		"expired":      refuse(apierrors.NewResourceExpired("too old")),
		"went on":      goOn,
		"cut":          truncate,
	} {
		for _, r := range []inventory.Resource{inventory.Pods, inventory.ReplicaSets, inventory.Services, inventory.Events} {
			t.Run(name+"/"+string(r), func(t *testing.T) { knowsItsLimits(t, w, truth, faulty(townServer(t), page(3, r), f)) })
		}
	}
	t.Run("over budget", func(t *testing.T) {
		w.budget = live.Budget{Objects: 2 * small}
		knowsItsLimits(t, w, truth, townServer(t))
	})
}

// knowsItsLimits compares an audit in portions with that of the whole, and with the truth.
func knowsItsLimits(t *testing.T, w way, truth *api.Report, handler http.Handler) {
	t.Helper()
	whole := w.whole(t, handler)
	report, portions := w.inPortions(t, handler)
	nothingRuns(t)
	if portions < 3 {
		t.Errorf("there were only %d portions", portions)
	}
	if diff := cmp.Diff(whole.Incomplete, report.Incomplete); diff != "" || len(report.Incomplete) == 0 {
		t.Errorf("incomplete (-whole +portions):\n%s", diff)
	}
	if diff := cmp.Diff(whole.Summary.Subjects, report.Summary.Subjects); diff != "" {
		t.Errorf("subjects (-whole +portions):\n%s", diff)
	}
	if diff := cmp.Diff(judged(whole), judged(report)); diff != "" {
		t.Errorf("judged (-whole +portions):\n%s", diff)
	}
	known := map[string]bool{}
	for _, r := range []*api.Report{truth, whole} {
		for _, f := range findingsOf(t, r) {
			known[f] = true
		}
	}
	claimed := findingsOf(t, report)
	for _, f := range claimed {
		if !known[f] {
			t.Errorf("neither the truth nor the whole has\n%s", f)
		}
	}
	if len(claimed) < len(whole.Findings) {
		t.Errorf("%d findings, %d of the whole", len(claimed), len(whole.Findings))
	}
}

// judged lists the subjects.
func judged(r *api.Report) []string {
	var all []string
	for _, s := range r.Subjects {
		all = append(all, fmt.Sprint(s.Kind, " ", s.Namespace, "/", s.Name))
	}
	return all
}

func findingsOf(t *testing.T, r *api.Report) []string {
	t.Helper()
	var all []string
	for _, f := range r.Findings {
		one := api.New()
		one.Findings = append(one.Findings, f)
		all = append(all, asJSON(t, one))
	}
	return all
}

// nothingRuns awaits the end of everything that reads.
func nothingRuns(t *testing.T) {
	t.Helper()
	stacks := make([]byte, 1<<20)
	for range 1000 {
		stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]
		if !bytes.Contains(stacks, []byte("internal/source/live.")) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("something still runs:\n%s", stacks)
}

// What is unreadable from the beginning is so for each portion.
func TestUnreadableLists(t *testing.T) {
	for _, r := range inventory.AllResources() {
		t.Run(string(r), func(t *testing.T) {
			w := everyCheck(50)
			sameAsWhole(t, w, 3, faulty(townServer(t), ofAll(r), refuse(apierrors.NewNotFound(schema.GroupResource{}, ""))))
		})
	}
}

// A user who may list in some namespaces only reads them one after the other.
func TestListsOfSomeNamespaces(t *testing.T) {
	for _, r := range []inventory.Resource{inventory.Pods, inventory.Services, inventory.Events} {
		t.Run(string(r), func(t *testing.T) {
			// Nothing is complete before such a list has ended.
			sameAsWhole(t, everyCheck(50), 1, faulty(withNamespaces(t), func(request *http.Request) bool {
				return ofAll(r)(request) || strings.HasSuffix(request.URL.Path, "0/"+r.GroupResource().Resource)
			}, refuse(forbidden)))
		})
	}
}

// withNamespaces serves the town, and the namespaces in which its objects are.
func withNamespaces(t *testing.T) http.Handler {
	t.Helper()
	objects, err := town()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, o := range objects {
		if o.GetNamespace() != "" {
			fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n", o.GetNamespace())
		}
	}
	namespaces, err := lists.Parse(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return lists.Server(slices.Concat(namespaces, objects), lists.ByKey)
}

// When the time is over, all lists end where they are.
func TestTimeEndsInTheMiddle(t *testing.T) {
	w := everyCheck(small)
	truth := w.whole(t, townServer(t))
	// Without its Jobs, the status of a CronJob is believed.
	withoutJobs := w.whole(t, faulty(townServer(t), ofAll(inventory.Jobs), refuse(apierrors.NewInternalError(fmt.Errorf("no")))))
	var waiting atomic.Bool
	handler := faulty(townServer(t), page(20, inventory.Pods), func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		waiting.Store(true)
		<-r.Context().Done()
	})
	ctx, end := context.WithTimeout(t.Context(), 2*time.Second)
	defer end()
	report, portions := w.inPortionsUntil(ctx, t, handler)
	nothingRuns(t)
	if !waiting.Load() || portions < 2 {
		t.Errorf("%d portions, and %v that a page was awaited", portions, waiting.Load())
	}
	i := slices.IndexFunc(report.Incomplete, func(i api.Incomplete) bool { return i.Resource == string(inventory.Pods) })
	if i < 0 || report.Incomplete[i].Reason != "timed out" || report.Summary.Coverage > 0.99 {
		t.Errorf("coverage %v, incomplete: %v", report.Summary.Coverage, report.Incomplete)
	}
	once := judged(report)
	if slices.Sort(once); len(slices.Compact(slices.Clone(once))) < len(once) {
		t.Error("something was judged twice")
	}
	// Their texts may say what was not read.
	known := map[string]bool{}
	for _, f := range slices.Concat(truth.Findings, withoutJobs.Findings) {
		for _, check := range append(f.Folded, f.Check) {
			known[fmt.Sprint(check, f.Object)] = true
		}
	}
	for _, f := range report.Findings {
		if !known[fmt.Sprint(f.Check, f.Object)] {
			t.Errorf("the truth does not have %s: %v", f.Check, f.Object)
		}
	}
}
