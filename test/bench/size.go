//go:build linux

package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/test/load"
)

// The kinds of load: pods of a workload are equal, or differ as in real clusters.
const (
	uniform = "uniform"
	varied  = "varied"
)

// size is a cluster to measure.
type size struct {
	pods int
	load string
}

// These are the limits that Kubernetes supports.
const (
	largestPods     = 150_000
	largestNodes    = 5_000
	largestServices = 10_000
)

func (s size) cluster() load.Cluster {
	c := load.Of(s.pods, s.load == varied)
	if s.inMemory() {
		c.Nodes, c.Services = largestNodes, largestServices
	}
	return c
}

// inMemory reports whether the cluster is too large for an etcd on an ordinary
// machine, so that its lists are served from memory.
func (s size) inMemory() bool { return s.pods >= largestPods }

// few reports whether the cluster is so small that an audit costs little beyond its start.
func (s size) few() bool { return s.pods <= 30 }

func (s size) String() string { return fmt.Sprintf("%d pods, %s", s.pods, s.load) }

// file is the name of its data.
func (s size) file() string { return fmt.Sprintf("%d-pods-%s", s.pods, s.load) }

func (s size) args() []string { return []string{strconv.Itoa(s.pods), s.load} }

// sizeOf reads what args writes.
func sizeOf(args []string) (size, error) {
	if len(args) != 2 {
		return size{}, fmt.Errorf("%q: want a number of pods and a load", args)
	}
	pods, err := strconv.Atoi(args[0])
	if err != nil || pods <= 0 || pods%load.PodsPerWorkload != 0 {
		return size{}, fmt.Errorf("%q pods: not a multiple of %d", args[0], load.PodsPerWorkload)
	}
	if args[1] != uniform && args[1] != varied {
		return size{}, fmt.Errorf("%q: a load is %s or %s", args[1], uniform, varied)
	}
	return size{pods, args[1]}, nil
}

// sizesOf are all combinations of what the flags list.
func sizesOf(pods, loads string) ([]size, error) {
	var sizes []size
	for n := range strings.SplitSeq(pods, ",") {
		for l := range strings.SplitSeq(loads, ",") {
			s, err := sizeOf([]string{n, l})
			if err != nil {
				return nil, err
			}
			sizes = append(sizes, s)
		}
	}
	return sizes, nil
}
