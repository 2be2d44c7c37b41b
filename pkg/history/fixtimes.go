package history

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// fixTimes sums up, by severity, how long findings were open before they were fixed.
type fixTimes map[api.Severity]*struct{ times, seconds int64 }

func (m fixTimes) add(severity api.Severity, seconds int64) {
	if m[severity] == nil {
		m[severity] = &struct{ times, seconds int64 }{}
	}
	m[severity].times++
	m[severity].seconds += seconds
}

// means returns the mean times, of the worst severity first.
func (m fixTimes) means() []api.FixTime {
	var means []api.FixTime
	for _, severity := range api.Severities {
		if sum := m[severity]; sum != nil {
			mean := sum.seconds / sum.times
			means = append(means, api.FixTime{Severity: severity, Fixed: int(sum.times), MeanSeconds: &mean})
		}
	}
	return means
}
