package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var (
	grace  = Duration("grace", 15*time.Minute, "how long")
	most   = Int("most", 100, "how many")
	share  = Percent("share", 25, "how much of it")
	size   = Quantity("size", "1Gi", "how large")
	images = List("images", []string{"golang", "gcc"}, "which ones")
)

var withOptions = []*Check{
	{ID: "pod-pending", Options: []Option{grace, most, share, size, images}},
	{ID: "pod-unready"},
}

func TestOptions(t *testing.T) {
	var defaults []string
	for _, o := range withOptions[0].Options {
		defaults = append(defaults, o.Name()+"="+o.Default())
	}
	if diff := cmp.Diff([]string{"grace=15m", "most=100", "share=25%", "size=1Gi", "images=golang,gcc"}, defaults); diff != "" {
		t.Error(diff)
	}
	settings, err := ParseSettings(withOptions, []string{
		"pod-pending.grace=1h", "pod-pending.grace=2d", "pod-pending.share=50", "pod-pending.size=512Mi", "pod-pending.images= rust , go,",
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &Pass{Settings: settings}
	if grace.In(p) != 48*time.Hour || share.In(p) != 50 || most.In(p) != 100 || images.In(p)[1] != "go" {
		t.Errorf("%v %v %v %v", grace.In(p), share.In(p), most.In(p), images.In(p))
	}
	if got := size.In(p); got.Value() != 512<<20 {
		t.Errorf("size %v", got)
	}
	zero, err := ParseSettings(withOptions, []string{"pod-pending.grace=0s", "pod-pending.most=0", "pod-pending.size=0"})
	if err != nil {
		t.Fatal(err)
	}
	if p := (&Pass{Settings: zero}); grace.In(p) != 0 || most.In(p) != 0 {
		t.Errorf("%v %v", grace.In(p), most.In(p))
	}
	if unset := (&Pass{}); grace.In(unset) != 15*time.Minute {
		t.Error("without settings the default does not hold")
	}
	r := Run(&inventory.Inventory{}, Options{Settings: settings, Profile: api.Strict})
	want := map[string]string{
		"pod-pending.grace": "2d", "pod-pending.share": "50%", "pod-pending.size": "512Mi", "pod-pending.images": "rust,go",
	}
	if diff := cmp.Diff(want, r.Settings); diff != "" || r.Profile != "strict" {
		t.Errorf("the report says profile %q, settings %s", r.Profile, diff)
	}
}

// An option that several checks share has one value, whichever check's name sets
// it.
func TestSharedOptions(t *testing.T) {
	tags := List("tags", []string{"latest"}, "which ones")
	catalog := []*Check{{ID: "a", Options: []Option{tags}}, {ID: "b", Options: []Option{tags}}, {ID: "c", Options: []Option{grace}}}
	parse := func(texts ...string) Settings {
		t.Helper()
		s, err := ParseSettings(catalog, texts)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, s := range []Settings{parse("a.tags=edge"), parse("b.tags=edge"), parse("a.tags=edge", "b.tags=edge")} {
		if got := tags.In(&Pass{Settings: s}); len(got) != 1 || got[0] != "edge" {
			t.Errorf("%v: %q", s.written, got)
		}
	}
	_, err := ParseSettings(catalog, []string{"b.tags=edge", "a.tags=main"})
	if want := "a.tags and b.tags set the same option to different values"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	// The settings that take precedence do so under any name.
	merged := parse("b.tags=main").Over(parse("a.tags=edge", "c.grace=1m"))
	if diff := cmp.Diff(map[string]string{"b.tags": "main", "c.grace": "1m"}, merged.Written()); diff != "" {
		t.Error(diff)
	}
	if p := (&Pass{Settings: merged}); tags.In(p)[0] != "main" || grace.In(p) != time.Minute {
		t.Errorf("%q, %v", tags.In(p), grace.In(p))
	}
	if diff := cmp.Diff(map[string]string{"a.tags": "x"}, (Settings{}).Over(parse("a.tags=x")).Written()); diff != "" {
		t.Error(diff)
	}
}

// The judge sees the settings.
func TestSettingsAreJudgedBy(t *testing.T) {
	limit := Int("limit", 1, "how many pods")
	check := &Check{ID: "too-many-pods", Severity: "high", Options: []Option{limit}, Judge: Over(Workloads,
		func(p *Pass, w *inventory.Workload) Verdict {
			if len(w.Pods) > limit.In(p) {
				return Faults(Fault{Message: "too many"})
			}
			return Faults()
		})}
	ordinary := &inventory.PodException{}
	inv := &inventory.Inventory{Workloads: []*inventory.Workload{{Pods: []*inventory.Pod{{PodException: ordinary}, {PodException: ordinary}}}}}
	settings, err := ParseSettings([]*Check{check}, []string{"too-many-pods.limit=2"})
	if err != nil {
		t.Fatal(err)
	}
	for want, s := range map[int]Settings{1: {}, 0: settings} {
		if got := len(Run(inv, Options{Checks: []*Check{check}, Settings: s}).Findings); got != want {
			t.Errorf("%d findings with %v", got, s.written)
		}
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	for text, want := range map[string]string{
		"pod-pending.grace":           "write CHECK.OPTION=VALUE",
		"grace=5m":                    "write CHECK.OPTION=VALUE",
		"pod-pendign.grace=5m":        "did you mean pod-pending?",
		"pod-*.grace=5m":              "unknown check",
		"pod-unready.grace=5m":        "pod-unready has no options",
		"pod-pending.grase=5m":        "did you mean grace?",
		"pod-pending.x=5m":            "did you mean grace or images or most or",
		"pod-pending.grace=soon":      `"soon" is not a time such as`,
		"pod-pending.grace=-5m":       "is not a time",
		"pod-pending.grace=-1d":       "is not a time",
		"pod-pending.most=many":       "is not a number",
		"pod-pending.most=-1":         "is not a number",
		"pod-pending.share=a quarter": "is not a number",
		"pod-pending.size=big":        "is not a quantity",
		"pod-pending.size=-1Gi":       "is not a quantity",
	} {
		if _, err := ParseSettings(withOptions, []string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWriteDuration(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "1m30s": 90 * time.Second, "15m": 15 * time.Minute, "1h": time.Hour, "24h": day, "7d": 7 * day,
		"1h30m": 90 * time.Minute, "2h0m5s": 2*time.Hour + 5*time.Second,
	} {
		if got := DurationText(d); got != want {
			t.Errorf("%v is written %s, not %s", d, got, want)
		}
	}
}

// A written value can be read again.
func FuzzReadDuration(f *testing.F) {
	for _, text := range []string{"90s", "15m", "7d", "999999999d", "1.5h", "d", "-1d", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := ParseDuration(text)
		if err != nil {
			return
		}
		again, err := ParseDuration(DurationText(value))
		if err != nil || again != value || value < 0 {
			t.Errorf("%q is %v, written %s, and then %v, %v", text, value, DurationText(value), again, err)
		}
	})
}
