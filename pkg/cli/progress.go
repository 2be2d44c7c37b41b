package cli

import (
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// progress shows a person at a terminal what is being read. Without a terminal
// it is silent.
type progress struct{ line *printers.Progress }

// startProgress shows the progress of that many clusters until it is stopped.
func startProgress(streams genericiooptions.IOStreams, clusters int) progress {
	width := terminalWidth(streams.ErrOut)
	if width == 0 {
		return progress{}
	}
	return progress{printers.StartProgress(streams.ErrOut, width, clusters)}
}

// watch shows a cluster until it is finished.
func (p progress) watch(cluster string, source *live.Source) {
	source.Progress = func(r inventory.Resource, items int, remaining int64) {
		boundGarbage()
		if p.line != nil {
			p.line.Read(cluster, string(r), items, remaining)
		}
	}
	if p.line != nil {
		source.Observing = func(left time.Duration, total inventory.Happened) {
			p.line.Observe(cluster, time.Now().Add(left), api.Happened{
				ReadinessLost: total.Drops, Restarts: total.Restarts, OOMKills: total.OOMKills,
				PodsMade: total.Made, PodsLost: total.Lost,
			})
		}
	}
}

func (p progress) finish(cluster string) {
	if p.line != nil {
		p.line.Finish(cluster)
	}
}

func (p progress) stop() {
	if p.line != nil {
		p.line.Stop()
	}
}
