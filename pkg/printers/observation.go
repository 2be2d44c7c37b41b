package printers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// observation says what happened while the cluster was watched, and which part
// was not seen.
func (t *table) observation() {
	o := t.report.Observation
	if o == nil {
		return
	}
	if seen := seenText(o); seen != "" {
		t.line(nil, fmt.Sprintf("observed for %s: %s", window(o.Seconds), seen))
	}
	byCause := map[string][]string{}
	var causes []string
	for _, missed := range o.Missed {
		cause := fmt.Sprintf("for %s: %s", window(missed.Seconds), missed.Reason)
		if missed.Seconds >= o.Seconds {
			cause = missed.Reason
		}
		if byCause[cause] == nil {
			causes = append(causes, cause)
		}
		byCause[cause] = append(byCause[cause], missed.Resource)
	}
	for _, cause := range causes {
		t.line(t.warning, fmt.Sprintf("changes of %s not seen (%s)", t.enumerate(byCause[cause]), cause))
	}
}

func window(seconds int) string { return duration.HumanDuration(time.Duration(seconds) * time.Second) }

// seenText says what happened, or that nothing did as far as it was seen.
func seenText(o *api.Observation) string {
	if o.Counts != (api.Happened{}) {
		return happenedText(o.Counts)
	}
	missed := func(resource string) bool {
		return slices.ContainsFunc(o.Missed, func(m api.Missed) bool { return m.Resource == resource })
	}
	var nothing []string
	if !missed("pods") {
		nothing = append(nothing, noRestart)
	}
	if !missed("endpointslices.discovery.k8s.io") {
		nothing = append(nothing, noLoss)
	}
	return strings.Join(nothing, ", ")
}

const (
	noRestart = "no restart, no OOM kill"
	noLoss    = "no loss of readiness"
)

// happenedText says what happened, or that nothing did.
func happenedText(h api.Happened) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{h.ReadinessLost, "loss%s of readiness"}, {h.Restarts, "restart%s"}, {h.OOMKills, "OOM kill%s"},
		{h.PodsMade, "pod%s made"}, {h.PodsLost, "pod%s lost"}, {h.PodsStuck, "pod%s stuck"},
	} {
		ending := "s"
		switch {
		case part.n == 0:
			continue
		case part.n == 1:
			ending = ""
		case strings.HasPrefix(part.what, "loss"):
			ending = "es"
		}
		parts = append(parts, fmt.Sprintf("%d "+part.what, part.n, ending))
	}
	if len(parts) == 0 {
		return noRestart + ", " + noLoss
	}
	return strings.Join(parts, ", ")
}
