package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compile makes the binary for a platform out of the sources in root, as file.
type compile func(ctx context.Context, root string, r Revision, b Build, p Platform, file string) error

// goBuild is the compile of releases.
func goBuild(ctx context.Context, root string, r Revision, b Build, p Platform, file string) error {
	var ldflags []string
	for _, text := range b.Ldflags {
		flag, err := r.renderFor(text, p)
		if err != nil {
			return err
		}
		ldflags = append(ldflags, flag)
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	args := append([]string{"build", "-o", file, "-ldflags", strings.Join(ldflags, " ")}, b.Flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, b.Main)...)
	cmd.Dir = root
	// What a person sets for all builds must not get into this one.
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOOS="+p.OS, "GOARCH="+p.Arch)
	cmd.Env = append(cmd.Env, b.Env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build for %s: %w\n%s", p, err, out)
	}
	return nil
}
