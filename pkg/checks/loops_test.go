package checks

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// loop is a container that ends again and again.
type loop struct {
	spec string
	// runs contains the duration of each run; code and reason say how it ends.
	runs   time.Duration
	code   int
	reason string
	// startError is set where there is no run at all.
	startError bool
	// unhealthy is the number of failed probes before each end.
	unhealthy int
}

// at returns what the API shows of the loop at a time after the first start, and
// how often it has ended. The kubelet waits 10 s after the second end, then twice
// as long each time, up to 5 minutes. For a while after an end the API shows
// nothing else; the kubelet's Events about the pod, with those of ordinary
// starts, are 25, and then one in 5 minutes.
func (l loop) at(begin, now time.Time) (text string, ends int) {
	clock := func(t time.Time) string { return t.UTC().Format("15:04:05") }
	var sent, unhealthy int
	var lastSent, lastUnhealthy, started, finished, previous time.Time
	send := func(at time.Time) bool {
		if !at.Before(now) || sent >= 25 && at.Sub(lastSent) < 5*time.Minute {
			return false
		}
		sent, lastSent = sent+1, at
		return true
	}
	wait := time.Duration(0)
	for start := begin; ; ends++ {
		end := start.Add(l.runs)
		for range 3 { // Pulled, Created, Started
			send(start)
		}
		for i := range l.unhealthy {
			if at := end.Add(time.Duration(i-l.unhealthy) * 5 * time.Second); send(at) {
				unhealthy, lastUnhealthy = unhealthy+1, at
			}
		}
		previous = finished
		if end.After(now) {
			started = start
			break
		}
		started, finished = start, end
		next := end.Add(max(wait, time.Second))
		wait = min(max(2*wait, 10*time.Second), 5*time.Minute)
		if next.After(now) {
			ends++
			break
		}
		start = next
	}
	termination := func(finished time.Time) string {
		if finished.IsZero() {
			return "{}"
		}
		began := clock(finished.Add(-l.runs))
		text := ended(l.code, l.reason, began, clock(finished))
		if l.startError {
			text = strings.Replace(text, "2026-11-21T"+began, "1970-01-01T00:00:00", 1)
		}
		return text
	}
	state, last, restarts := "", "", ends
	switch {
	case finished.Before(started) || finished.IsZero():
		state, last = running(clock(started)), termination(finished)
	case now.Sub(finished) < 45*time.Second && l.startError:
		state, last, restarts = `{waiting: {reason: RunContainerError, message: "no such file"}}`, termination(finished), ends-1
	case now.Sub(finished) < 45*time.Second:
		state, last, restarts = termination(finished), termination(previous), ends-1
	default:
		state, last, restarts = backOff, termination(finished), ends-1
	}
	text = webPod("web-5c-a", l.spec, "Running", fmt.Sprintf("ready: false, restartCount: %d, state: %s, lastState: %s", restarts, state, last))
	if unhealthy > 0 {
		text += webEvent("Unhealthy", "Liveness probe failed: ", unhealthy, clock(begin), clock(lastUnhealthy))
	}
	return text, ends
}

const live8 = `, livenessProbe: {exec: {command: [check]}, initialDelaySeconds: 3, periodSeconds: 5, failureThreshold: 1}`

// A loop has one name and one severity, whatever the status says at the moment.
func TestALoopHasOneName(t *testing.T) {
	for name, test := range map[string]struct {
		loop
		want string
	}{
		"exit code 0":              {loop{runs: 3 * time.Second, code: 0, reason: "Completed"}, "critical container-crash-looping"},
		"exit code 1":              {loop{runs: 20 * time.Second, code: 1, reason: "Error"}, "critical container-crash-looping"},
		"exit code 137 by itself":  {loop{runs: 20 * time.Second, code: 137, reason: "Error"}, "critical container-crash-looping"},
		"a run of minutes":         {loop{runs: 4 * time.Minute, code: 2, reason: "Error"}, "critical container-crash-looping"},
		"OOM kill":                 {loop{runs: 7 * time.Second, code: 137, reason: "OOMKilled"}, "critical container-oom-killed"},
		"OOM kill inside":          {loop{runs: 7 * time.Second, code: 1, reason: "OOMKilled"}, "critical container-oom-killed"},
		"liveness kill":            {loop{spec: live15, runs: 28 * time.Second, code: 137, reason: "Error", unhealthy: 2}, "critical container-crash-looping liveness"},
		"liveness kill, exit 0":    {loop{spec: live15, runs: 25 * time.Second, code: 0, reason: "Completed", unhealthy: 2}, "critical container-crash-looping liveness"},
		"liveness kill at once":    {loop{spec: live8, runs: 8 * time.Second, code: 0, reason: "Completed", unhealthy: 1}, "critical container-crash-looping liveness"},
		"a program that is absent": {loop{runs: 0, code: 128, reason: "StartError", startError: true}, "critical container-crash-looping"},
	} {
		t.Run(name, func(t *testing.T) {
			begin, looks := now, 0
			for at := begin; at.Before(begin.Add(40 * time.Minute)); at = at.Add(5 * time.Second) {
				text, ends := test.at(begin, at)
				if ends < 3 {
					continue
				}
				looks++
				findings := found(t, text, at)
				check, words, _ := strings.Cut(strings.TrimPrefix(test.want, "critical "), " ")
				if len(findings) != 1 || findings[0].Check != check || findings[0].Severity != "critical" || !strings.Contains(findings[0].Message, words) {
					for _, f := range findings {
						t.Errorf("%s %s %s", f.Severity, f.Check, f.Message)
					}
					t.Fatalf("%s after the start, %d ends: %d findings in\n%s", at.Sub(begin), ends, len(findings), text)
				}
			}
			if looks < 40 {
				t.Errorf("%d looks", looks)
			}
		})
	}
}
