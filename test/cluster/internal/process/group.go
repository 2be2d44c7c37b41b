package process

import (
	"os/exec"
	"slices"
)

// Group is a set of programs that live and die together. One goroutine starts and kills them.
type Group struct {
	logDir  string
	running []*Process
	ended   chan *Process
}

// NewGroup returns an empty group whose programs log into logDir.
func NewGroup(logDir string) *Group {
	return &Group{logDir: logDir, ended: make(chan *Process, 1)}
}

// Start starts a program. Its standard error, and its standard output unless the caller wants that, go to NAME.log.
func (g *Group) Start(name string, cmd *exec.Cmd) (*Process, error) {
	p, err := start(name, g.logDir, cmd)
	if err != nil {
		return nil, err
	}
	g.running = append(g.running, p)
	go func() {
		<-p.done
		select {
		case g.ended <- p:
		default: // The first one explains the rest.
		}
	}()
	return p, nil
}

// Ended delivers the first program that ended.
func (g *Group) Ended() <-chan *Process { return g.ended }

// Kill ends all programs, the last one started first, and waits until they are gone.
func (g *Group) Kill() {
	for _, p := range slices.Backward(g.running) {
		p.kill()
	}
	g.running = nil
}
