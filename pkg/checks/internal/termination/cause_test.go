package termination

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var ended = time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)

func run(length time.Duration, code int32) *inventory.Termination {
	return &inventory.Termination{Started: ended.Add(-length), Finished: ended, ExitCode: code, Reason: "Error"}
}

// The liveness probe allows 15 s, the startup probe 5 minutes, the grace period
// 30 s more.
func TestProbeCause(t *testing.T) {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	probed := &corev1.Container{LivenessProbe: &corev1.Probe{PeriodSeconds: 5, FailureThreshold: 3, TimeoutSeconds: 1}}
	both := &corev1.Container{LivenessProbe: probed.LivenessProbe, StartupProbe: &corev1.Probe{PeriodSeconds: 10, FailureThreshold: 30}}
	type told map[inventory.ProbeKind]failures
	said := func(count int32, first, last time.Duration) failures {
		return failures{count, ended.Add(first), ended.Add(last)}
	}
	lived := func(f failures) told { return told{inventory.Liveness: f} }
	killed := Cause{Probe: inventory.Liveness}
	likely := Cause{Probe: inventory.Liveness, Likely: true}
	for name, test := range map[string]struct {
		end         *inventory.Termination
		spec        *corev1.Container
		told        told
		wouldBeTold bool
		want        Cause
	}{
		"killed as Events tell":             {run(2*hour, 137), probed, lived(said(3, -2*minute, -minute)), true, killed},
		"the probe is gone from the spec":   {run(2*hour, 137), &corev1.Container{}, lived(said(3, -2*minute, -minute)), true, killed},
		"stopped as Events tell":            {run(2*hour, 143), probed, lived(said(3, -minute, -minute)), true, killed},
		"the runtime names the signal":      {&inventory.Termination{Finished: ended, Signal: 15}, probed, lived(said(3, -minute, 0)), true, killed},
		"the runtime names a kill":          {&inventory.Termination{Finished: ended, Signal: 9}, probed, lived(said(3, -minute, 0)), true, killed},
		"ended with 0 as Events tell":       {run(2*hour, 0), probed, lived(said(3, -minute, -minute)), true, killed},
		"a code of its own, in time":        {run(20*second, 2), probed, lived(said(3, -minute, -minute)), true, killed},
		"a code of its own, at any time":    {run(2*hour, 2), probed, lived(said(3, -minute, -minute)), true, Cause{}},
		"a crash":                           {run(20*second, 139), probed, lived(said(3, -minute, -minute)), true, Cause{}},
		"too few failures for 0":            {run(2*hour, 0), probed, lived(said(2, -minute, -minute)), true, likely},
		"failures of later runs":            {run(20*second, 143), probed, lived(said(9, minute, 2*minute)), true, likely},
		"failures of long before":           {run(20*second, 137), probed, lived(said(9, -hour, -20*minute)), true, likely},
		"at the end of the silence":         {run(2*hour, 137), probed, lived(said(9, -hour, -5*minute-30*second)), true, killed},
		"after the end of the silence":      {run(2*hour, 137), probed, lived(said(9, -hour, -5*minute-31*second)), true, likely},
		"no Event, the length fits":         {run(40*second, 137), probed, nil, true, likely},
		"no Event, too short":               {run(8*second, 137), probed, nil, false, Cause{}},
		"no Event, too long, it would tell": {run(10*minute, 137), probed, nil, true, Cause{}},
		"no Event any more, 137":            {run(hour, 137), probed, nil, false, likely},
		"no Event any more, 143":            {run(hour, 143), probed, nil, false, likely},
		"no Event any more, 0":              {run(hour, 0), probed, nil, false, Cause{}},
		"no Event any more, 0 that fits":    {run(16*second, 0), probed, nil, false, likely},
		"no Event, 0 that fits":             {run(16*second, 0), probed, nil, true, Cause{}},
		"no Event any more, 1 that fits":    {run(16*second, 1), probed, nil, false, Cause{}},
		"an end without a time":             {&inventory.Termination{ExitCode: 137}, probed, nil, true, Cause{}},
		"no probe":                          {run(16*second, 137), &corev1.Container{}, nil, false, Cause{}},
		"no start":                          {&inventory.Termination{Finished: ended, ExitCode: 137}, probed, nil, false, Cause{}},
		"told to stop on Windows":           {run(hour, ctrlC), probed, nil, false, likely},
		"in the time of the startup probe":  {run(5*minute, 143), both, nil, true, Cause{Probe: inventory.Startup, Likely: true}},
		"long after the start":              {run(hour, 143), both, told{inventory.Startup: said(3, -hour, -hour)}, false, likely},
	} {
		if got := probeCause(test.end, test.spec, 30*second, test.told, test.wouldBeTold); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// A liveness probe of 3 failures at 10 s ends a container between 20 and 30 s
// after its start; then it has a second for the last probe and its grace period
// to stop.
func TestFits(t *testing.T) {
	const second = time.Second
	probe := &corev1.Probe{PeriodSeconds: 10, FailureThreshold: 3, TimeoutSeconds: 1}
	own := probe.DeepCopy()
	own.TerminationGracePeriodSeconds = new(int64)
	for _, test := range []struct {
		probe *corev1.Probe
		grace time.Duration
		ran   time.Duration
		want  bool
	}{
		{probe, 30 * second, 18 * second, false}, {probe, 30 * second, 19 * second, true},
		{probe, 30 * second, 71 * second, true}, {probe, 30 * second, 72 * second, false},
		{probe, 5 * second, 46 * second, true}, {probe, 5 * second, 47 * second, false},
		{own, 30 * second, 41 * second, true}, {own, 30 * second, 42 * second, false},
	} {
		if got := Fits(run(test.ran, 137), test.probe, test.grace); got != test.want {
			t.Errorf("ran %s of a grace of %s: %v", test.ran, test.grace, got)
		}
	}
	if Fits(&inventory.Termination{Finished: ended}, probe, 30*second) {
		t.Error("a run whose start is not known")
	}
}

// A probe ends one container, and leaves the others alone.
func TestEndedTogether(t *testing.T) {
	end := run(time.Hour, 137)
	ended := func(name string, kind inventory.ContainerKind, ago time.Duration) inventory.Container {
		return inventory.Container{
			ContainerIdentity:  &inventory.ContainerIdentity{Name: name, Kind: kind},
			ContainerException: &inventory.ContainerException{Last: &inventory.Termination{Finished: end.Finished.Add(-ago)}},
		}
	}
	for _, test := range []struct {
		other inventory.Container
		want  bool
	}{
		{ended("app", inventory.App, 0), false},
		{ended("proxy", inventory.App, time.Second), true},
		{ended("proxy", inventory.Sidecar, -2*time.Second), true},
		{ended("proxy", inventory.App, 3*time.Second), false},
		{ended("setup", inventory.Init, 0), false},
	} {
		pod := &inventory.Pod{Containers: []inventory.Container{ended("app", inventory.App, 0), test.other}}
		if got := endedTogether(pod, &pod.Containers[0], end); got != test.want {
			t.Errorf("%s, %s: %v", test.other.Name, test.other.Last.Finished.Sub(end.Finished), got)
		}
	}
}

func TestCauseText(t *testing.T) {
	for _, test := range []struct {
		cause Cause
		code  int32
		want  string
	}{
		{Cause{}, 0, "exit code 0 (success)"},
		{Cause{Probe: inventory.Liveness}, 0, "exit code 0 after its liveness probe failed"},
		{Cause{Probe: inventory.Liveness, Likely: true}, 137, "exit code 137 (SIGKILL), most likely due to its liveness probe"},
		{Cause{Probe: inventory.Startup}, 143, "exit code 143 (SIGTERM) after its startup probe failed"},
		{Cause{Hook: true}, 137, "exit code 137 (SIGKILL) after its postStart hook failed"},
	} {
		if got := test.cause.Text(run(time.Minute, test.code)); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct {
		end  inventory.Termination
		want string
	}{
		{inventory.Termination{}, ""},
		{inventory.Termination{Message: "cannot open db:5432\n"}, ": cannot open db:5432"},
		{inventory.Termination{Reason: StartError, Message: `failed to create shim task: OCI runtime create failed: runc create failed: ` +
			`unable to start container process: exec: "/bin/x": no such file`}, `: exec: "/bin/x": no such file`},
	} {
		if got := Words(&test.end); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
