package command

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestCalls(t *testing.T) {
	for _, test := range []struct {
		command []string
		want    []string
	}{
		{nil, nil},
		{[]string{"go", "run", "."}, []string{"go run ."}},
		{[]string{"tini", "--", "mvn", "spring-boot:run"}, []string{"mvn spring-boot:run"}},
		{[]string{"/usr/bin/env", "A=b", "npm", "start"}, []string{"npm start"}},
		{[]string{"sh", "-c", "npm install && exec node server.js"}, []string{"npm install", "node server.js"}},
		{[]string{"sh", "-c", "if [ -f x ]; then apt-get -y install curl; fi"}, []string{"[ -f x ]", "apt-get -y install curl"}},
		{[]string{"sh", "-c", "echo 'npm install'"}, []string{"echo npm install"}},
		{[]string{"sh", "-c", "A=b"}, nil},
		{[]string{"sh", "-c", "nice -n 5 make"}, []string{"make"}},
		{[]string{"sh", "-c", "if"}, nil},
		{[]string{"sh", "-c", strings.Repeat(":;", maxScript)}, nil},
		{[]string{"tini", "--"}, nil},
	} {
		var got []string
		for _, call := range Calls(&corev1.Container{Command: test.command}) {
			got = append(got, strings.Join(call, " "))
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%.60q: %q, want %q", test.command, got, test.want)
		}
	}
}

func FuzzCalls(f *testing.F) {
	for _, seed := range []string{"", "npm ci; node .", "env -i", "exec tini -- sh -c 'go run .'", "a && (b | c) &", "$(x) `y`", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		for _, command := range [][]string{{"sh", "-c", script}, strings.Fields(script)} {
			for _, call := range Calls(&corev1.Container{Command: command}) {
				if len(call) == 0 {
					t.Errorf("%q calls nothing at all", script)
				}
			}
		}
	})
}
