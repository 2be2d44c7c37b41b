// Package live reads a cluster through its API server, and never writes.
package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	// DefaultChunkSize is kubectl's page: 500 pods are about 4 MB.
	DefaultChunkSize = 500
	// maxLists limits how many pages are requested at once. Each may take up to 8 of the
	// API server's seats (priority and fairness), and a user has few. It also limits how
	// many lists are at their beginning, and in how many namespaces a resource is listed.
	maxLists = 3
	// maxConfirmations limits the GETs that confirm missing owners.
	maxConfirmations = 50
	// requestTimeout limits each request, including the retries of client-go after
	// Retry-After. The API server itself gives up after a minute.
	requestTimeout = time.Minute
	// clockSet is a difference between clocks that only setting one of them explains.
	clockSet = 30 * time.Second
)

// Source reads a cluster through its API server. It only ever sends GET.
type Source struct {
	// Name is the name of the cluster in the report.
	Name string
	// Config says how to connect. Its Timeout limits each request, by default to a
	// minute.
	Config *rest.Config
	// ChunkSize is the number of objects in a page. 0 requests everything at once.
	ChunkSize int64
	// Now is the local clock, time.Now by default. It only counts if the API
	// server's clock is not known.
	Now func() time.Time
	// EventBudget limits the list of events.
	EventBudget Budget
	// Progress, if set, receives how many objects of a resource were read and how
	// many remain according to the server. Several lists call it at once.
	Progress func(r inventory.Resource, items int, remaining int64)
	// Observing, if set, is told how much time of an observation is left, and what has
	// happened in it.
	Observing func(left time.Duration, total inventory.Happened)
	// Record, if set, receives each object after trimming. Calls do not overlap.
	Record func(runtime.Object) error

	client *rest.RESTClient
	// watching is the client for watches: nothing but their context bounds them.
	watching *rest.RESTClient
	// groups returns the API groups of the server, which are requested once in each
	// Read.
	groups func() ([]metav1.APIGroup, error)
	clock  serverClock
	bodies bodies
	// requests has a place for each page on its way.
	requests chan struct{}
	// version is the version of the server, lists runs the lists of the last Read.
	version string
	lists   *lockstep
	record  sync.Mutex
	// positions lists where complete lists ended.
	positions []position
	ending    sync.Mutex
}

// Read reads what is requested. It returns an error if nothing can be said at
// all (no connection, no identity, no such namespace). Anything less is noted in
// the inventory's Reads.
func (l *Source) Read(ctx context.Context, req inventory.Request) (*inventory.Inventory, error) {
	return l.ReadInPortions(ctx, req, nil)
}

// ReadInPortions reads like Read, and passes on namespaces that are complete before the
// others. The last portion is the result. After ErrOutOfOrder, what was passed on does not
// count.
func (l *Source) ReadInPortions(ctx context.Context, req inventory.Request, pass func(*inventory.Inventory)) (*inventory.Inventory, error) {
	if err := l.connect(); err != nil {
		return nil, err
	}
	p := &portions{Source: l, req: req, facts: collect.New(), pass: pass}
	if p.possible() || req.Scope.Shard != nil {
		p.facts.ShareLater()
	}
	reads, err := l.readLists(ctx, &p.req, p.facts, p.whenComplete(ctx))
	if err != nil {
		return nil, err
	}
	var seen *observation
	if req.Observe > 0 {
		seen = l.observe(ctx, req.Observe, p.facts, reads)
		if ctx.Err() != nil {
			// It ended the window, not the audit.
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
			defer cancel()
		}
	}
	p.confirm(ctx, p.facts, reads)
	if seen == nil {
		p.facts.HandOver()
	} else {
		p.facts.Complete()
	}
	inv := p.build(p.facts, p.req.Scope, reads)
	seen.attach(inv, collect.UnreadOf(reads))
	if req.Logs {
		inv.Logs = l.sampleLogs(ctx, inv.Workloads)
		inventory.SortSamples(inv.Logs)
	}
	if req.KubeletStats {
		inv.RootFilesystems = l.sampleRootFilesystems(ctx, inv.Workloads)
		inventory.SortSamples(inv.RootFilesystems)
	}
	return inv, nil
}

// readLists reads all that is requested, and finds out what belongs to a shard. If
// whenComplete is not nil, the lists are in step.
func (l *Source) readLists(
	ctx context.Context, req *inventory.Request, facts *collect.Facts, whenComplete func(before string, reads []inventory.Read),
) ([]inventory.Read, error) {
	only, err := l.reach(ctx, req.Scope)
	if err != nil {
		return nil, err
	}
	l.groups = sync.OnceValues(func() ([]metav1.APIGroup, error) { return l.listGroups(ctx) })
	var own []string
	if req.Scope.Shard != nil {
		if req.Scope.Shard, own, err = l.divide(ctx, *req.Scope.Shard); err != nil {
			return nil, err
		}
	}
	l.positions, l.lists = nil, newLockstep(req.Listed(), whenComplete)
	reads, err := l.readBefore(ctx, *req, facts, only, own)
	if err == nil && req.Scope.Shard != nil {
		err = l.readBackends(ctx, *req, facts, reads)
	}
	l.bodies.release()
	return reads, err
}

// connect prepares the clients, once: a page may still be on its way for a list that has
// failed while the server is read again.
func (l *Source) connect() error {
	if l.client != nil {
		return nil
	}
	if l.clock.local = l.Now; l.Now == nil {
		l.clock.local = time.Now
	}
	config := rest.CopyConfig(l.Config)
	l.requests = make(chan struct{}, maxLists)
	config.NegotiatedSerializer = kinds.Codecs.WithoutConversion()
	// The API server's priority and fairness is the limit. A limit in the client
	// would only delay pages.
	config.QPS = -1
	config.Timeout = cmp.Or(config.Timeout, requestTimeout)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return readOnly{&clockReader{next: bodyReader{next, config.DisableCompression}, clock: &l.clock}}
	})
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	endless := *client
	endless.Timeout = 0
	if l.watching, err = rest.UnversionedRESTClientForConfigAndClient(withAnyVersion(config), &endless); err != nil {
		return err
	}
	l.client, err = rest.UnversionedRESTClientForConfigAndClient(withAnyVersion(config), client)
	return err
}

// withAnyVersion sets what the client constructor requires, although all
// requests name their whole path.
func withAnyVersion(config *rest.Config) *rest.Config {
	config.APIPath = "/api"
	return config
}

// reach makes sure that there is a server that knows the user, and that the
// namespaces and objects in scope exist, before anything is listed.
func (l *Source) reach(ctx context.Context, scope inventory.Scope) (only []namespaceAnswer, err error) {
	l.version, err = l.serverVersion(ctx)
	if err := ignoreForbidden(err); err != nil {
		return nil, err
	}
	for _, name := range scope.Namespaces {
		var answer namespaceAnswer
		answer.object, answer.err = l.get(ctx, inventory.Namespaces, "", name)
		// A user who may not read the namespace may still list in it.
		if err := ignoreForbidden(answer.err); err != nil && !errors.As(err, new(decodeError)) {
			return nil, err
		}
		only = append(only, answer)
	}
	return only, l.expectObjects(ctx, scope)
}

// expectObjects answers for an object that does not exist as kubectl does. The list
// shows whether a custom resource exists, or an object that the user may not get.
func (l *Source) expectObjects(ctx context.Context, scope inventory.Scope) error {
	for _, o := range scope.Objects {
		if kinds.Of(o.Resource).Custom {
			continue
		}
		_, err := l.get(ctx, o.Resource, scope.Only(), o.Name)
		if err := ignoreForbidden(err); err != nil && !errors.As(err, new(decodeError)) {
			return err
		}
	}
	return nil
}

func ignoreForbidden(err error) error {
	if apierrors.IsForbidden(err) {
		return nil
	}
	return err
}

// readAll runs the lists. A shard has its own namespaces.
func (l *Source) readAll(ctx context.Context, req inventory.Request, facts *collect.Facts, only []namespaceAnswer, own []string) ([]inventory.Read, error) {
	namespaces := sync.OnceValues(func() ([]string, error) { return l.namespaceNames(ctx) })
	return l.lists.run(ctx, func(ctx context.Context, r inventory.Resource) (inventory.Read, error) {
		ctx = l.budget(r).allowance().limit(ctx)
		switch {
		case r == inventory.Namespaces && !req.Scope.Whole():
			return l.keep(ctx, only, facts)
		case req.Scope.Shard != nil && !r.AcrossNamespaces():
			return l.listOwn(ctx, kinds.Of(r), own, facts)
		}
		return l.read(ctx, narrowed(kinds.Of(r), req.Scope), req.Scope, facts, namespaces)
	})
}

// readOnly refuses every request that could change a cluster.
type readOnly struct{ next http.RoundTripper }

func (t readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		return nil, fmt.Errorf("refused to send %s %s: an audit only reads", req.Method, req.URL.Path)
	}
	return t.next.RoundTrip(req)
}

// serverClock is the API server's time, so that ages are right even if the local
// clock is not.
type serverClock struct {
	local func() time.Time
	mu    sync.Mutex
	ahead time.Duration
	read  bool
	// endless is set if there is no end: then the clocks are compared again and again.
	endless bool
}

// set compares the clocks. In weeks, one of them may be set.
func (c *serverClock) set(server time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := server.Sub(c.local()); !c.read || c.endless && (ahead-c.ahead).Abs() > clockSet {
		c.read, c.ahead = true, ahead
	}
}

// now is rounded to the second, like most times of the API.
func (c *serverClock) now() time.Time { return c.precise().Truncate(time.Second) }

// precise is for the time between two moments.
func (c *serverClock) precise() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local().Add(c.ahead).UTC()
}

// clockReader reads the Date header of each response.
type clockReader struct {
	next  http.RoundTripper
	clock *serverClock
}

func (t *clockReader) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		if date, dateErr := http.ParseTime(resp.Header.Get("Date")); dateErr == nil {
			t.clock.set(date)
		}
	}
	return resp, err
}
