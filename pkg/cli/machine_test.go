package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// clockVariable is the time that this machine's clock shows in tests, and in the
// programs that their scripts run.
const clockVariable = "TEST_CLOCK"

// fixtureDay is on the clock unless clockVariable says otherwise.
const fixtureDay = "2026-11-21T13:00:00Z"

func TestMain(m *testing.M) {
	if os.Getenv(clockVariable) == "" {
		os.Setenv(clockVariable, fixtureDay)
	}
	clock, err := time.Parse(time.RFC3339, os.Getenv(clockVariable))
	if err != nil {
		panic(err)
	}
	now = func() time.Time { return clock }
	testscript.Main(isolated{m}, map[string]func(){
		"kubectl-prodcheck":          main,
		"kubectl_complete-prodcheck": main,
		"kubectl-acmecheck":          acme,
	})
}

// isolated runs tests without what the machine's user has set: configuration,
// clusters, colors, the size of the terminal. Scripts have an environment of
// their own.
type isolated struct{ *testing.M }

func (m isolated) Run() int {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "PRODCHECK_"), strings.HasPrefix(name, "XDG_"):
		case name == "KUBECONFIG", name == "COLUMNS", name == "LINES", name == "TERM", name == "NO_COLOR", name == "FORCE_COLOR", name == "GOGC":
		default:
			continue
		}
		os.Unsetenv(name)
	}
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(home)
	os.Setenv("HOME", home)
	os.Setenv("KUBECONFIG", filepath.Join(home, "kubeconfig"))
	// None is looked for in the directories above the repository.
	os.Setenv(configVariable, "")
	return m.M.Run()
}

// judgeNothing are scripts without any report of a fixture.
const judgeNothing = "checks|completion.*|config-mistakes|connection|explain|help|pod|rbac|usage|version"

// No test depends on the day, nor on the machine or its user: those that judge
// pass again at other times and in other places.
func TestOnAnyDayAndMachine(t *testing.T) {
	if *update {
		return // What the others write just now is compared by the next run.
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse(time.RFC3339, fixtureDay)
	if err != nil {
		t.Fatal(err)
	}
	hostile := t.TempDir()
	for _, name := range []string{".prodcheck.yaml", "prodcheck/config.yaml", ".kube/config", "kubeconfig"} {
		file := filepath.Join(hostile, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, file, "not: [what, it, should, be")
	}
	for name, again := range map[string]struct {
		clock       time.Time
		environment string
	}{
		"a day later":     {day.AddDate(0, 0, 1), "TZ=Pacific/Kiritimati LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 GOMAXPROCS=1"},
		"13 months later": {day.AddDate(0, 13, 0), "TZ=America/St_Johns TERM=xterm-256color FORCE_COLOR=1 COLUMNS=31 LINES=7"},
		"10 years later":  {day.AddDate(10, 0, 0), "TZ=Asia/Kathmandu TERM=dumb NO_COLOR=1 PRODCHECK_PROFILE=strict GOMAXPROCS=7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := exec.Command(executable,
				"-test.skip", "^(TestOnAnyDayAndMachine|Fuzz.*)$|^TestScripts$/^("+judgeNothing+")$")
			run.Env = append(os.Environ(), strings.Fields(again.environment)...)
			run.Env = append(run.Env,
				fmt.Sprintf("%s=%s", clockVariable, again.clock.Format(time.RFC3339)),
				"HOME="+hostile, "XDG_CONFIG_HOME="+hostile, "KUBECONFIG="+filepath.Join(hostile, "kubeconfig"))
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
