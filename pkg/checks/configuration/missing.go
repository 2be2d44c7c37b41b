package configuration

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// missing is an absence and everything that depends on it.
type missing struct {
	inventory.Absence
	uses       []string
	containers []string
	// keys lists the missing keys.
	keys    []string
	waiting []*inventory.Pod
	// reason says why the first of them waits.
	reason string
	// pull is set while nothing but image pulls depend on it.
	pull bool
}

// absences lists what is missing, each object or key once.
type absences []*missing

// find returns what depends on an absence, nil if nothing does yet.
func (all absences) find(a inventory.Absence) *missing {
	i := slices.IndexFunc(all, func(m *missing) bool { return m.Absence == a })
	if i < 0 {
		return nil
	}
	return all[i]
}

func (all *absences) of(a inventory.Absence) *missing {
	if known := all.find(a); known != nil {
		return known
	}
	m := &missing{Absence: a, pull: true}
	*all = append(*all, m)
	return m
}

func (m *missing) add(r inventory.Reference) {
	m.pull = m.pull && r.Pull
	if !slices.Contains(m.uses, r.Use) {
		m.uses = append(m.uses, r.Use)
	}
	if !slices.Contains(m.containers, r.Container) {
		m.containers = append(m.containers, r.Container)
	}
	if r.Key != "" && !slices.Contains(m.keys, r.Key) {
		m.keys = append(m.keys, r.Key)
	}
}

func (m *missing) wait(c complaint) {
	if c.pull {
		m.add(inventory.Reference{Use: "imagePullSecrets", Pull: true})
		return
	}
	m.pull, m.reason = false, cmp.Or(m.reason, c.reason)
	if !slices.Contains(m.containers, c.container) {
		m.containers = append(m.containers, c.container)
	}
	if !slices.Contains(m.waiting, c.pod) {
		m.waiting = append(m.waiting, c.pod)
	}
}

func (m *missing) fault(w *inventory.Workload) audit.Fault {
	fault := audit.Fault{Pods: m.waiting, Message: m.text(), Evidence: api.Evidence{"kind": m.Kind, "name": m.Name}, Fix: m.fix(w)}
	if len(m.containers) == 1 {
		fault.Container = m.containers[0]
	}
	if m.Key != "" {
		fault.Evidence["key"] = m.Key
	}
	if len(m.uses) > 0 {
		fault.Evidence["uses"] = m.uses
	}
	if m.pull {
		fault.Severity = api.Low
	}
	if len(m.waiting) > 0 {
		fault.Evidence["podsWaiting"] = len(m.waiting)
		fault.Since = waitingSince(m.waiting)
	}
	return fault
}

func (m *missing) text() string {
	text := fmt.Sprintf("%s %s does not exist", m.Kind, m.Name)
	if m.Key != "" {
		text = fmt.Sprintf("%s %s has no key %s", m.Kind, m.Name, m.Key)
	}
	switch n := len(m.waiting); {
	case n == 1:
		return text + fmt.Sprintf(": 1 pod waits for it (%s)", m.reason)
	case n > 1:
		return text + fmt.Sprintf(": %d pods wait for it (%s)", n, m.reason)
	case len(m.uses) == 1:
		return text + ", for " + m.uses[0]
	}
	return text + fmt.Sprintf(", for %s and %d more", m.uses[0], len(m.uses)-1)
}

// waitingSince returns when the first of the pods that never started was created;
// zero if one ran before.
func waitingSince(pods []*inventory.Pod) time.Time {
	var since time.Time
	for _, pod := range pods {
		for i := range pod.Containers {
			if pod.Containers[i].LatestTermination() != nil {
				return time.Time{}
			}
		}
		if since.IsZero() || pod.Created.Before(since) {
			since = pod.Created
		}
	}
	return since
}
