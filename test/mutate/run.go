package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// mutate returns the mutants of some files of a package that its tests do not notice, and the
// number of all.
func mutate(dir string, files []string, skip string) (survivors []string, all int, err error) {
	work, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, 0, err
	}
	defer os.RemoveAll(work)
	tests := tests{binary: filepath.Join(work, "package.test.exe"), dir: dir, skip: skip}
	mutants, err := tests.compile(work, files)
	if err != nil {
		return nil, 0, err
	}
	start := time.Now()
	if !tests.pass("", time.Hour) {
		return nil, 0, errors.New("its tests fail without a mutant")
	}
	// A mutant may never end.
	patience := 5*time.Since(start) + 5*time.Second
	for i, mutant := range mutants {
		if tests.pass(strconv.Itoa(i), patience) {
			survivors = append(survivors, mutant)
		}
	}
	return survivors, len(mutants), nil
}

// tests are the compiled tests of a package. Windows executes only files with an extension.
type tests struct{ binary, dir, skip string }

// compile compiles them with all mutants.
func (t tests) compile(work string, files []string) (mutants, error) {
	var all mutants
	replaced := map[string]string{}
	write := func(name, code string) error {
		path, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		replaced[path] = filepath.Join(work, filepath.Base(name))
		return os.WriteFile(replaced[path], []byte(code), 0o600)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		changed, pkg, err := all.instrument(file, code)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(write(file, changed), write(filepath.Join(t.dir, "mutant_selector.go"), "package "+pkg+selector)); err != nil {
			return nil, err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return nil, err
	}
	name := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o600); err != nil {
		return nil, err
	}
	command := exec.Command("go", "test", "-c", "-vet=off", "-overlay", name, "-o", t.binary, ".")
	command.Dir = t.dir
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, output)
	}
	return all, nil
}

// pass reports whether the tests pass in time with a mutant, or with none.
func (t tests) pass(mutant string, in time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), in)
	defer cancel()
	command := exec.CommandContext(ctx, t.binary, "-test.failfast", "-test.skip="+t.skip)
	command.Dir = t.dir
	command.Env = append(os.Environ(), "MUTANT="+mutant)
	return command.Run() == nil
}
