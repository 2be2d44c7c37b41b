package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// clusters are API servers behind one address.
type clusters struct {
	*httptest.Server
	behind []*apiServer
	config *clientcmdapi.Config
}

func newClusters(t *testing.T) *clusters {
	mux := http.NewServeMux()
	c := &clusters{Server: httptest.NewServer(mux), config: clientcmdapi.NewConfig()}
	t.Cleanup(func() {
		c.endStalls()
		c.Close()
	})
	return c
}

func (c *clusters) endStalls() {
	for _, s := range c.behind {
		s.endStalls()
	}
}

// add adds clusters that are alike, with contexts for them.
func (c *clusters) add(t *testing.T, n int, kind string, faults map[string]string) {
	t.Helper()
	s, err := newAPIServer(clusterFile, faults)
	if err != nil {
		t.Fatal(err)
	}
	c.behind = append(c.behind, s)
	for range n {
		name := fmt.Sprintf("%03d-%s", len(c.config.Contexts), kind)
		c.Config.Handler.(*http.ServeMux).Handle("/"+name+"/", http.StripPrefix("/"+name, s))
		c.addAt(name, c.URL+"/"+name)
	}
}

func (c *clusters) addAt(name, address string) {
	c.config.Clusters[name] = &clientcmdapi.Cluster{Server: address}
	c.config.Contexts[name] = &clientcmdapi.Context{Cluster: name, Namespace: "shop"}
}

// use makes the contexts those of the kubeconfig.
func (c *clusters) use(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*c.config, file); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
}

// newFleetAudit is an audit of all contexts.
func newFleetAudit(t *testing.T, args ...string) *liveAudit {
	t.Helper()
	p := newProgram(checks.All(), genericiooptions.NewTestIOStreamsDiscard())
	connection := newConnection(p)
	cmd := &cobra.Command{}
	connection.addFlags(cmd)
	a := newLiveAudit(p, connection)
	a.addFlags(cmd)
	a.clusters.addFlags(cmd)
	if err := cmd.ParseFlags(append(args, "--all-contexts", "-A")); err != nil {
		t.Fatal(err)
	}
	if err := a.complete(cmd); err != nil {
		t.Fatal(err)
	}
	if err := a.open(); err != nil {
		t.Fatal(err)
	}
	return &a
}

// liveReports counts reports that are in memory.
type liveReports struct {
	alive atomic.Int32
	made  chan string
}

// mark notes a report once earlier ones have left memory.
func (l *liveReports) mark(t *testing.T) marker {
	return func(r *api.Report) failures {
		for patience := time.Now().Add(10 * time.Second); l.alive.Load() > 1 && !t.Failed(); runtime.Gosched() {
			runtime.GC()
			if time.Now().After(patience) {
				t.Errorf("%d earlier reports are in memory beside that of %s", l.alive.Load(), r.Metadata.Name)
			}
		}
		l.made <- r.Metadata.Name
		l.alive.Add(1)
		runtime.AddCleanup(r, func(n *atomic.Int32) { n.Add(-1) }, &l.alive)
		return nil
	}
}

// Two hundred clusters are audited with one finished report in memory, whatever their
// order, and dead ones among them. None that stalls keeps others waiting.
func TestFleet(t *testing.T) {
	all := newClusters(t)
	all.add(t, 10, "stalled", map[string]string{"*": "stall"})
	all.add(t, 2, "slow", map[string]string{"pods": "stall"})
	all.add(t, 90, "well", nil)
	all.add(t, 10, "broken", map[string]string{"*": "500"})
	all.add(t, 78, "well", nil)
	for i := range 10 {
		all.addAt(fmt.Sprintf("%03d-dead", 190+i), "http://127.0.0.1:1")
	}
	all.use(t)
	reports := liveReports{made: make(chan string, 200)}
	a := newFleetAudit(t, "--timeout=0")
	done := make(chan error, 1)
	var found result
	go func() {
		var err error
		found, err = a.run(context.Background(), genericiooptions.NewTestIOStreamsDiscard(), reports.mark(t))
		done <- err
	}()
	// All that can be audited are, while others stall.
	for n := range 168 {
		select {
		case <-reports.made:
		case err := <-done:
			t.Fatalf("the audit ended with %d reports: %v", n, err)
		}
	}
	all.endStalls()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	defer found.shelf.close()
	if len(found.Items) != 170 || len(found.Failed) != 30 {
		t.Errorf("%d reports and %d failures", len(found.Items), len(found.Failed))
	}
	for _, f := range found.Failed {
		if strings.HasSuffix(f.Name, "-well") {
			t.Errorf("%s: %s", f.Name, f.Reason)
		}
	}
	flags := newReportFlags(newProgram(checks.All(), genericiooptions.NewTestIOStreamsDiscard()))
	format, err := flags.named("json")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := format.Print(&out, found.Found); err != nil {
		t.Fatal(err)
	}
	var list api.ReportList
	if err := json.Unmarshal(out.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	last := ""
	for _, r := range list.Items {
		if r.Metadata.Name <= last || strings.HasSuffix(r.Metadata.Name, "-well") && len(r.Findings) == 0 {
			t.Errorf("%s after %s, with %d findings", r.Metadata.Name, last, len(r.Findings))
		}
		last = r.Metadata.Name
	}
}

// What no cluster has answered within the time for all of them is named.
func TestTotalTimeout(t *testing.T) {
	all := newClusters(t)
	all.add(t, 2*maxReached, "stalled", map[string]string{"*": "stall"})
	all.use(t)
	o := start(nil, "--all-contexts", "-A", "--timeout=0", "--total-timeout=200ms").wait()
	if lines := strings.Count(o.errOut.String(), "not audited: there was no time left (see --total-timeout)\n"); lines != 2*maxReached || o.status != statusFailed {
		t.Errorf("status %d, %s", o.status, o.errOut.String())
	}
}
