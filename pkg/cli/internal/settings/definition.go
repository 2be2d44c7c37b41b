package settings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// definition describes a setting that a flag, the environment and the file can
// set.
type definition[T any] struct {
	flag, key string
	parse     func(string) (T, error)
	// inFile returns the value in the file, empty if the file does not set it.
	inFile func(*api.Config) string
	// bounds are checked only for the environment: the file was checked when it was
	// read, and flags are checked with the rest of the gate.
	bounds func(T) error
	// defaultValue applies if nothing sets a value.
	defaultValue T
}

var (
	profile = definition[api.Profile]{
		flag: "profile", key: "profile", parse: api.ParseProfile, defaultValue: api.Production,
		inFile: func(c *api.Config) string { return string(c.Profile) },
	}
	minSeverity = definition[api.Severity]{
		flag: "min-severity", key: "minSeverity", parse: api.ParseSeverity,
		inFile: func(c *api.Config) string { return string(c.MinSeverity) },
	}
	assumeComplete = definition[bool]{
		flag: "assume-complete", key: "assumeComplete", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.AssumeComplete) },
	}
	secrets = definition[bool]{
		flag: "secrets", key: "secrets", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.Secrets) },
	}
	failOn = definition[api.Severity]{
		flag: "fail-on", key: "gate.failOn", parse: api.ParseSeverity,
		inFile: func(c *api.Config) string { return string(c.Gate.FailOn) },
	}
	minScore = definition[*int]{
		flag: "min-score", key: "gate.minScore", parse: parseScore, bounds: checkScore,
		inFile: func(c *api.Config) string { return textOf(c.Gate.MinScore) },
	}
	requireComplete = definition[bool]{
		flag: "require-complete", key: "gate.requireComplete", parse: parseBool,
		inFile: func(c *api.Config) string { return textOf(c.Gate.RequireComplete) },
	}
	historyDirectory = definition[string]{
		flag: "history", key: "history.directory", parse: func(text string) (string, error) { return text, nil },
		inFile: func(c *api.Config) string { return c.History.Directory },
	}
	historyKeep = definition[time.Duration]{
		flag: "history-keep", key: "history.keep", parse: parseDuration,
		inFile: func(c *api.Config) string { return c.History.Keep },
	}
)

// Variables names the environment variables of the settings.
func Variables() []string {
	var names []string
	for _, flag := range []string{
		profile.flag, minSeverity.flag, assumeComplete.flag, secrets.flag, failOn.flag, minScore.flag, requireComplete.flag,
		historyDirectory.flag, historyKeep.flag,
	} {
		names = append(names, variable(flag))
	}
	return names
}

func variable(flag string) string {
	return "PRODCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func parseBool(text string) (bool, error) {
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("must be true or false, not %q", text)
	}
	return value, nil
}

func parseDuration(text string) (time.Duration, error) {
	value, err := audit.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is %w", text, err)
	}
	return value, nil
}

func parseScore(text string) (*int, error) {
	score, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("must be from 0 to 100, not %s", text)
	}
	return &score, nil
}

func checkScore(score *int) error {
	if *score < 0 || *score > 100 {
		return fmt.Errorf("must be from 0 to 100, not %d", *score)
	}
	return nil
}
