package printers

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

const (
	// patience is the time that reading may take before progress is shown.
	patience = 500 * time.Millisecond
	// refresh is the time between two updates of the line.
	refresh = 100 * time.Millisecond
)

// Progress shows the lists that are being read, of one or several clusters, in
// one line on a terminal. The line disappears at the end.
type Progress struct {
	out     io.Writer
	width   int
	stop    chan struct{}
	stopped chan struct{}
	// shown is the width of the present line.
	shown int

	clusters int

	mu    sync.Mutex
	done  int
	lists map[listKey]list
	// observed are the clusters that are observed.
	observed map[string]observed
}

// observed is an observation while it lasts.
type observed struct {
	until time.Time
	total api.Happened
}

// listKey is a resource of a cluster.
type listKey struct{ cluster, resource string }

type list struct {
	items     int
	remaining int64
}

// StartProgress shows the progress of that many clusters on a terminal with that
// width, until Stop.
func StartProgress(out io.Writer, width, clusters int) *Progress {
	p := &Progress{
		out: out, width: width, stop: make(chan struct{}), stopped: make(chan struct{}),
		clusters: clusters, lists: map[listKey]list{}, observed: map[string]observed{},
	}
	go p.run()
	return p
}

// Read notes how many objects of a resource were read, and how many are left
// according to the server.
func (p *Progress) Read(cluster, resource string, items int, remaining int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lists[listKey{cluster, resource}] = list{items, remaining}
}

// Observe notes until when a cluster is observed, and what has happened in it.
func (p *Progress) Observe(cluster string, until time.Time, total api.Happened) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observed[cluster] = observed{until, total}
}

// Finish notes that a cluster has been read.
func (p *Progress) Finish(cluster string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	delete(p.observed, cluster)
	maps.DeleteFunc(p.lists, func(k listKey, _ list) bool { return k.cluster == cluster })
}

// Stop clears the line.
func (p *Progress) Stop() {
	close(p.stop)
	<-p.stopped
}

func (p *Progress) run() {
	defer close(p.stopped)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case <-p.stop:
			if p.shown > 0 {
				p.show("")
				write(p.out, "\r")
			}
			return
		case <-timer.C:
			p.show(p.text())
			timer.Reset(refresh)
		}
	}
}

// show replaces the line. It overwrites the rest of a longer line with spaces,
// because every terminal supports that.
func (p *Progress) show(text string) {
	text = columns.Truncate(text, p.width-1, "")
	width := columns.StringWidth(text)
	write(p.out, "\r", text, spaces(p.shown-width))
	p.shown = width
}

// text describes the list with the most objects left to read.
func (p *Progress) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clusters == 1 {
		return p.longest()
	}
	return fmt.Sprintf("%d of %d clusters done, %s", p.done, p.clusters, p.longest())
}

// longest is the observation or list that lasts longest.
func (p *Progress) longest() string {
	if len(p.observed) > 0 {
		names := slices.Sorted(maps.Keys(p.observed))
		name := slices.MaxFunc(names, func(a, b string) int { return p.observed[a].until.Compare(p.observed[b].until) })
		return p.observed[name].text(time.Now())
	}
	if len(p.lists) == 0 {
		return "waiting for the server ..."
	}
	key := slices.MaxFunc(slices.SortedFunc(maps.Keys(p.lists), listKey.compare), func(a, b listKey) int {
		return cmp.Or(
			cmp.Compare(p.lists[a].remaining, p.lists[b].remaining),
			cmp.Compare(p.lists[a].items, p.lists[b].items))
	})
	l := p.lists[key]
	what, count := key.resource, fmt.Sprint(l.items)
	if p.clusters > 1 {
		what += " of " + key.cluster
	}
	if l.remaining > 0 {
		count += fmt.Sprintf(" of %d", int64(l.items)+l.remaining)
	}
	return strings.Join([]string{"reading", plain(what).text + ":", count, "..."}, " ")
}

func (o observed) text(now time.Time) string {
	left := max(o.until.Sub(now), 0).Round(time.Second)
	return fmt.Sprintf("observing, %s left: %s ...", left, happenedText(o.total))
}

func (k listKey) compare(other listKey) int {
	return cmp.Or(cmp.Compare(k.cluster, other.cluster), cmp.Compare(k.resource, other.resource))
}
