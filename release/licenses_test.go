package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// allowed lists the licenses under which other people's code may be in the
// binary, by words that only they contain.
var allowed = map[string]string{
	"Apache-2.0": "Apache License Version 2.0",
	"BSD":        "Redistribution and use in source and binary forms, with or without modification, are permitted",
	"ISC":        "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee",
	"ISC, older": "Permission to use, copy, modify, and distribute this software for any purpose with or without fee",
	"MIT":        "Permission is hereby granted, free of charge, to any person obtaining a copy",
}

// Every module in a binary has an allowed license.
func TestLicenses(t *testing.T) {
	seen := map[string]bool{}
	for _, system := range []string{"darwin", "linux", "windows"} {
		t.Setenv("GOOS", system)
		modules := run(t, repository, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}", "./cmd/"+program)
		for line := range strings.Lines(modules) {
			module, dir, found := strings.Cut(strings.TrimSpace(line), " ")
			if !found || seen[module] {
				continue
			}
			seen[module] = true
			if license := licenseOf(t, dir); license == "" {
				t.Errorf("%s has no license that is allowed", module)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d modules", len(seen))
	}
}

func licenseOf(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text := strings.ReplaceAll(string(read(t, filepath.Join(dir, e.Name()))), "\n> ", "\n")
		text = strings.Join(strings.Fields(text), " ")
		for license, words := range allowed {
			if strings.Contains(text, words) {
				return license
			}
		}
	}
	return ""
}
