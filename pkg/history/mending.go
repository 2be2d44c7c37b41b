package history

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// mending sums up, by severity, for how many seconds findings were open that are gone.
type mending map[api.Severity]*struct{ times, seconds int64 }

func (m mending) add(severity api.Severity, seconds int64) {
	if m[severity] == nil {
		m[severity] = &struct{ times, seconds int64 }{}
	}
	m[severity].times++
	m[severity].seconds += seconds
}

// means returns the mean times, of the worst severity first.
func (m mending) means() []api.MendTime {
	var means []api.MendTime
	for _, severity := range api.Severities {
		if sum := m[severity]; sum != nil {
			mean := sum.seconds / sum.times
			means = append(means, api.MendTime{Severity: severity, Mended: int(sum.times), MeanSeconds: &mean})
		}
	}
	return means
}
