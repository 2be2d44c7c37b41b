// Package soak lets a cluster be watched for weeks, in seconds.
package soak

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	weeks = 2 * 7 * 24 * time.Hour
	// settled is the time after which an undisturbed watch must know of a change.
	settled = 10 * time.Second
)

// selection are checks of everything that happens.
var selection = []string{
	"container-oom-killed", "pod-pending", "pod-unready", "memory-limit-missing", "service-without-endpoints", "service-endpoints-flapping", "rollout-stuck",
}

// A cluster is watched for weeks, in which it changes and its server restarts, forgets,
// refuses and falls silent, and the local clock is set. What is told stays true, once for each
// finding; what was not seen is said; and memory does not grow.
func TestWatchSurvivesWeeks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), weeks)
		defer cancel()
		w := newWatcher(t)
		l := newLife(w.server)
		go l.run(ctx)
		go w.trouble(ctx)
		pace := live.Pace{Pause: 3 * time.Second, Quiet: 10 * time.Minute, Timeout: time.Minute}
		err := w.source().Follow(ctx, audit.Request(w.checks, inventory.Scope{}), pace, w.judge, w.lost)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		t.Logf("%d reports, %d of them compared; %d findings appeared, %d are gone; %d outages, %d of them told",
			w.reports, w.compared, w.appeared, w.gone, w.outages, w.told)
		t.Logf("live heap %.1f MB after two days, %.1f MB in the end", float64(w.early)/(1<<20), float64(w.late)/(1<<20))
		if w.compared < 100 || w.gone < 100 || w.told < 20 {
			t.Error("too little happened")
		}
		if w.late > w.early+w.early/10+1<<20 {
			t.Errorf("the live heap grew from %d to %d bytes", w.early, w.late)
		}
	})
}

// watcher watches, and compares what it is told with the truth.
type watcher struct {
	t      *testing.T
	server *server
	checks []*audit.Check
	began  time.Time
	// ahead is the time by which the local clock is ahead of the server's.
	ahead atomic.Int64
	set   atomic.Pointer[time.Time]
	// away is the time at which changes were said not to be seen, zero while they are.
	away    atomic.Pointer[time.Time]
	tracker compare.Tracker
	open    map[string]bool

	reports, compared, appeared, gone, outages, told int
	early, late                                      uint64
}

func newWatcher(t *testing.T) *watcher {
	selected, err := audit.Select(checks.All(), audit.Selection{Checks: selection})
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{t: t, server: newServer(), checks: selected, began: time.Now(), open: map[string]bool{}}
	w.setClock(time.Hour)
	return w
}

func (w *watcher) setClock(ahead time.Duration) {
	now := time.Now()
	w.ahead.Store(int64(ahead))
	w.set.Store(&now)
}

func (w *watcher) source() *live.Source {
	return &live.Source{
		Name: "test", Config: &rest.Config{Host: "http://cluster.example", Transport: w.server}, ChunkSize: live.DefaultChunkSize,
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
	}
}

func (w *watcher) findings(inv *inventory.Inventory) *api.Report {
	return audit.Run(inv, audit.Options{Checks: w.checks, Now: inv.Time})
}

func (w *watcher) judge(inv *inventory.Inventory) error {
	w.reports++
	if w.away.Load() != nil {
		w.t.Errorf("%s: judged while changes are not seen", time.Now())
	}
	// The clock of the server is read with each watch.
	if off := time.Until(inv.Time).Abs(); off > 2*time.Second && time.Since(*w.set.Load()) > 2*time.Minute {
		w.t.Errorf("%s: the time of the report is %v off", time.Now(), off)
	}
	r := w.findings(inv)
	for _, f := range w.tracker.Next(r) {
		gone := f.Change == api.ChangeGone
		if w.open[f.Fingerprint] != gone && f.Change != api.ChangeWorse {
			w.t.Errorf("%s: %s %s %s was told twice", time.Now(), f.Change, f.Check, f.Object.Name)
		}
		if gone {
			w.gone++
		} else {
			w.appeared++
		}
		w.open[f.Fingerprint] = !gone
		if gone {
			delete(w.open, f.Fingerprint)
		}
	}
	if w.server.quietFor() > settled && w.reports%10 == 0 {
		w.compare(r)
	}
	switch running := time.Since(w.began); {
	case running > 2*24*time.Hour && w.early == 0:
		w.early = heap()
	case running > weeks-time.Hour && w.late == 0:
		w.late = heap()
	}
	return w.t.Context().Err()
}

// compare compares a report with that of a fresh audit, and with what was told.
func (w *watcher) compare(r *api.Report) {
	inv, err := w.source().Read(w.t.Context(), audit.Request(w.checks, inventory.Scope{}))
	if err != nil {
		return
	}
	w.compared++
	fresh := w.findings(inv)
	if watched, read := named(r), named(fresh); !slices.Equal(watched, read) {
		w.t.Errorf("%s: watched\n%q, read\n%q", time.Now(), watched, read)
	}
	if r.Summary.Subjects != fresh.Summary.Subjects {
		w.t.Errorf("%s: watched %+v, read %+v", time.Now(), r.Summary.Subjects, fresh.Summary.Subjects)
	}
	for _, f := range fresh.Findings {
		if !w.open[f.Fingerprint] {
			w.t.Errorf("%s: %s %s is open and was not told", time.Now(), f.Check, f.Object.Name)
		}
	}
}

func named(r *api.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, string(f.Severity)+" "+f.Check+" "+f.Object.Name)
	}
	return all
}

// lost notes from when on changes are not seen.
func (w *watcher) lost(reason string) {
	before := w.away.Load()
	if (reason == "") != (before != nil) {
		w.t.Errorf("%s: %q was told after %v", time.Now(), reason, before)
	}
	now := time.Now()
	if w.away.Store(&now); reason == "" {
		w.away.Store(nil)
	}
}

// trouble lets the server fail in all the ways in which servers do.
func (w *watcher) trouble(ctx context.Context) {
	for n := 1; ; n++ {
		select {
		case <-time.After(5*time.Hour + 17*time.Minute):
		case <-ctx.Done():
			return
		}
		switch n % 6 {
		case 0:
			// Its watches die, and it does not say so.
			w.server.refuse(0, 3)
		case 1:
			w.outage(ctx, time.Second)
		case 2:
			w.outage(ctx, time.Minute)
		case 3:
			w.server.refuse(5, 0)
			w.outage(ctx, 20*time.Second)
		case 4:
			// Longer than it remembers.
			w.outage(ctx, 25*time.Minute)
		case 5:
			w.setClock(time.Duration(n/6%2*2-1) * time.Hour)
		}
	}
}

// outage restarts the server. A short one costs nothing, a longer one is said, and its end.
func (w *watcher) outage(ctx context.Context, d time.Duration) {
	w.outages++
	ended := make(chan struct{})
	go func() {
		w.server.restart(d)
		close(ended)
	}()
	if d > settled {
		time.Sleep(settled)
		if w.away.Load() == nil && ctx.Err() == nil {
			w.t.Errorf("%s: nothing is said of an outage of %v", time.Now(), d)
		}
		w.told++
	}
	<-ended
	if d <= time.Second && w.away.Load() != nil {
		w.t.Errorf("%s: an outage of %v is said", time.Now(), d)
	}
	time.Sleep(2 * settled)
	if w.away.Load() != nil && ctx.Err() == nil {
		w.t.Errorf("%s: the end of an outage of %v is not said", time.Now(), d)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
