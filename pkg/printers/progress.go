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
)

const (
	// patience is how long reading may take before anything is said of it.
	patience = 500 * time.Millisecond
	// refresh is how often the line changes.
	refresh = 100 * time.Millisecond
)

// Progress is one line on a terminal, which is gone in the end, about lists
// that are being read.
type Progress struct {
	out   io.Writer
	width int
	stop  chan struct{}
	done  chan struct{}
	// shown is the width of the line on the terminal.
	shown int

	mu    sync.Mutex
	lists map[string]list
}

type list struct {
	items     int
	remaining int64
}

// StartProgress shows progress on a terminal of that width until Stop.
func StartProgress(out io.Writer, width int) *Progress {
	p := &Progress{
		out: out, width: width, stop: make(chan struct{}), done: make(chan struct{}), lists: map[string]list{},
	}
	go p.run()
	return p
}

// Read notes how many objects of a resource were read, and how many the server
// says there are left.
func (p *Progress) Read(resource string, items int, remaining int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lists[resource] = list{items, remaining}
}

// Stop clears the line.
func (p *Progress) Stop() {
	close(p.stop)
	<-p.done
}

func (p *Progress) run() {
	defer close(p.done)
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

// show replaces the line. Spaces clear what is left of a longer one, which
// every terminal understands.
func (p *Progress) show(text string) {
	text = columns.Truncate(text, p.width-1, "")
	width := columns.StringWidth(text)
	write(p.out, "\r", text, spaces(p.shown-width))
	p.shown = width
}

// text tells of the list that has the most before it.
func (p *Progress) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lists) == 0 {
		return "waiting for the server ..."
	}
	longest := slices.MaxFunc(slices.Sorted(maps.Keys(p.lists)), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(p.lists[a].remaining, p.lists[b].remaining),
			cmp.Compare(p.lists[a].items, p.lists[b].items))
	})
	l := p.lists[longest]
	count := fmt.Sprint(l.items)
	if l.remaining > 0 {
		count += fmt.Sprintf(" of %d", int64(l.items)+l.remaining)
	}
	return strings.Join([]string{"reading", plain(longest).text + ":", count, "..."}, " ")
}
