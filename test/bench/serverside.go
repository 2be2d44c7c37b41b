//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// serverCost contains the costs of a program for the API server.
type serverCost struct {
	failed bool
	cpu    time.Duration
	// allocated are the bytes of memory that the server allocated meanwhile.
	allocated int64
	// peak is the most resident memory meanwhile, beyond what there was before.
	peak     int64
	requests int
}

// sampled is the time between two looks at the memory of the server. A look costs it
// about 10 ms of CPU.
const sampled = 500 * time.Millisecond

// measureServer runs a program with a server that has just been started: memory that a
// server once had hides what it needs later.
func measureServer(ctx context.Context, data, name string, programs func(*kube.Cluster) []program) (c serverCost, err error) {
	cluster, stop, err := kube.Run(kube.WithData(data), kube.WithoutControllers())
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	server := server{cluster}
	for _, p := range programs(cluster) {
		if p.name == name {
			return server.watch(ctx, p)
		}
	}
	return c, fmt.Errorf("there is no program %q", name)
}

// watch runs a program and looks at the server's memory until it ends.
func (s server) watch(ctx context.Context, p program) (c serverCost, err error) {
	before, err := s.memory(ctx)
	if err != nil {
		return c, err
	}
	ended := make(chan struct{})
	var cost cost
	var failure error
	go func() {
		defer close(ended)
		cost, failure = s.measure(ctx, p)
	}()
	look := time.NewTicker(sampled)
	defer look.Stop()
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case <-look.C:
		}
		now, err := s.memory(ctx)
		if err != nil {
			return c, err
		}
		c.peak = max(c.peak, now.resident-before.resident)
		c.allocated = now.allocated - before.allocated
	}
	c.cpu, c.requests = cost.served, cost.requests
	return c, failure
}

// serverMemory contains the metrics of the memory of the server.
type serverMemory struct{ resident, allocated int64 }

func (s server) memory(ctx context.Context) (m serverMemory, err error) {
	for name, value := range map[string]*int64{
		"process_resident_memory_bytes": &m.resident, "go_memstats_alloc_bytes_total": &m.allocated,
	} {
		sum, err := s.metric(ctx, name, "")
		if err != nil {
			return m, err
		}
		*value = int64(sum)
	}
	return m, nil
}

// printServer writes what the programs cost the server.
func (r result) printServer(w io.Writer) {
	if len(r.server) == 0 {
		return
	}
	fmt.Fprintf(w, "\n**%s**: what a run costs the API server, each with one that has just been started\n\n", r.size)
	fmt.Fprintln(w, "| | CPU | memory allocated | peak memory, beyond that before | requests |")
	fmt.Fprintln(w, "|---|---|---|---|---|")
	for _, name := range serverPrograms {
		c := r.server[name]
		if c.failed {
			fmt.Fprintf(w, "| %s | failed | | | |\n", name)
			continue
		}
		fmt.Fprintf(w, "| %s | %.1f s | %.0f MB | %.0f MB | %d |\n", name, c.cpu.Seconds(), float64(c.allocated)/megabyte, float64(c.peak)/megabyte, c.requests)
	}
}
