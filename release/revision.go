package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// Revision is what a release is made of, and what templates may say about it, in GoReleaser's words.
type Revision struct {
	ProjectName     string
	Version         string // Without the v.
	Commit          string
	ShortCommit     string
	CommitDate      string // RFC 3339, UTC.
	CommitTimestamp int64  // In seconds since 1970.
}

// TagName is the version as tags and krew write it.
func (r Revision) TagName() string { return "v" + r.Version }

// Time is when it was committed: whatever is made of it bears that time, so that it is the same each time it is made.
func (r Revision) Time() time.Time { return time.Unix(r.CommitTimestamp, 0).UTC() }

// snapshotOf describes the commit that is checked out in root. The version is that of a snapshot after the last tag,
// dirty if the files are not those of the commit.
func snapshotOf(ctx context.Context, root string, config *Config) (Revision, error) {
	r := Revision{ProjectName: config.ProjectName}
	shown, err := git(ctx, root, "show", "--no-patch", "--format=%H %h %ct", "HEAD")
	if err != nil {
		return r, err
	}
	if _, err := fmt.Sscan(shown, &r.Commit, &r.ShortCommit, &r.CommitTimestamp); err != nil {
		return r, fmt.Errorf("git show: %q: %w", shown, err)
	}
	r.CommitDate = r.Time().Format(time.RFC3339)
	changes, err := git(ctx, root, "status", "--porcelain")
	if err != nil {
		return r, err
	}
	if changes != "" {
		r.ShortCommit += "-dirty"
	}
	// No tag is no failure: there may be none yet.
	tag, err := git(ctx, root, "describe", "--tags", "--abbrev=0", "--match=v*")
	if err != nil {
		tag = "v0.0.0"
	}
	r.Version = strings.TrimPrefix(tag, "v")
	r.Version, err = r.render(config.Snapshot.VersionTemplate)
	return r, err
}

func git(ctx context.Context, root string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// render fills in a template of .goreleaser.yaml.
func (r Revision) render(text string) (string, error) { return render(text, r) }

// renderFor fills in one that depends on the platform.
func (r Revision) renderFor(text string, p Platform) (string, error) {
	return render(text, struct {
		Revision
		Os, Arch string
	}{r, p.OS, p.Arch})
}

func render(text string, data any) (string, error) {
	t, err := template.New(strconv.Quote(text)).Option("missingkey=error").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, data)
	return out.String(), err
}
