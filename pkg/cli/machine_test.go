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

// clockVariable sets the time of this machine's clock for tests, and for the
// programs that their scripts run.
const clockVariable = "TEST_CLOCK"

// fixtureDay is the time of the clock unless clockVariable is set.
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

// isolated runs tests without the settings of the machine's user: configuration,
// clusters, colors, size of the terminal. Scripts have their own environment.
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
	for _, variable := range homeVariables {
		os.Setenv(variable, home)
	}
	os.Setenv("KUBECONFIG", filepath.Join(home, "kubeconfig"))
	// Ignore files in the directories above the repository.
	os.Setenv(configVariable, "")
	return m.M.Run()
}

// homeVariables name the user's directory. The second is that of Windows.
var homeVariables = []string{"HOME", "USERPROFILE"}

// judgeNothing matches the scripts that make no report.
const judgeNothing = "checks|completion.*|config-mistakes|connection|explain|help|pod|rbac|usage|version"

// No test depends on the day, the machine or its user: those that judge pass
// again at other times and in other places.
func TestOnAnyDayAndMachine(t *testing.T) {
	if *update {
		return // The other tests are just rewriting the goldens; the next run compares them.
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
				"XDG_CONFIG_HOME="+hostile, "KUBECONFIG="+filepath.Join(hostile, "kubeconfig"))
			for _, variable := range homeVariables {
				run.Env = append(run.Env, variable+"="+hostile)
			}
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
