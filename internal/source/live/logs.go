package live

import (
	"context"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// logSampling limits the requests for logs, one for each container.
var logSampling = sampling{most: 200, atOnce: 4, each: 10 * time.Second, all: time.Minute}

// sampleLogs requests one byte of the log of each container, in one pod of each
// workload. A failure is a part of the sample.
func (l *Source) sampleLogs(ctx context.Context, workloads []*inventory.Workload) []inventory.LogSample {
	samples := logsToSample(workloads)
	logSampling.run(ctx, len(samples), func(ctx context.Context, i int) { l.sampleLog(ctx, &samples[i]) })
	return samples
}

// logsToSample returns, for each workload that does not run to completion, the
// running containers of its first pod that has any.
func logsToSample(workloads []*inventory.Workload) []inventory.LogSample {
	var samples []inventory.LogSample
	for _, w := range workloads {
		if w.Static() || w.RunsToCompletion() {
			continue
		}
		for _, pod := range w.Judged() {
			running := toSample(pod)
			for _, container := range running {
				if len(samples) == logSampling.most {
					return samples
				}
				samples = append(samples, inventory.LogSample{SampledContainer: container})
			}
			if len(running) > 0 {
				break
			}
		}
	}
	return samples
}

func (l *Source) sampleLog(ctx context.Context, s *inventory.LogSample) {
	// The name stays one segment of the path, because it comes from the cluster.
	text, err := l.client.Get().AbsPath("/api/v1").Namespace(s.Namespace).Resource("pods").Name(s.Pod).SubResource("log").
		Param("container", s.Container).Param("tailLines", "1").Param("limitBytes", "1").
		SetHeader("Accept", "text/plain, */*").Do(ctx).Raw()
	if err != nil {
		s.Reason = reasonOf(err)
		return
	}
	s.Empty = len(text) == 0
}
