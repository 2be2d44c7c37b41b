package image

import (
	"slices"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	const digest = "sha256:4c1b8c0f0c6a3d2b5e7f90817263544536271809a1b2c3d4e5f60718293a4b5c"
	for _, test := range []struct {
		image string
		want  []string
	}{
		{"nginx", []string{"docker.io/library/nginx:latest", "nginx:latest"}},
		{"nginx:1.29", []string{"docker.io/library/nginx:1.29", "nginx:1.29"}},
		{"docker.io/library/nginx:1.29", []string{"docker.io/library/nginx:1.29", "nginx:1.29"}},
		{"team/shop:1", []string{"docker.io/team/shop:1", "team/shop:1"}},
		{"registry.example:5000/shop:1", []string{"registry.example:5000/shop:1"}},
		{"nginx@" + digest, []string{"docker.io/library/nginx@" + digest, "nginx@" + digest}},
		{"nginx:1.29@" + digest, []string{"docker.io/library/nginx@" + digest, "nginx@" + digest}},
		{"docker-pullable://nginx@" + digest, []string{"docker.io/library/nginx@" + digest, "nginx@" + digest}},
		{"No Image", nil},
		{"", nil},
	} {
		if got := names(test.image); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.image, got, test.want)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"nginx", "a:b@c", "docker://x", "[::1]:1/a", "\x1b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, image string) {
		for _, name := range names(image) {
			if _, err := Parse(name); err != nil {
				t.Errorf("%q has the name %q: %v", image, name, err)
			}
		}
	})
}

func TestBase(t *testing.T) {
	for image, want := range map[string]string{
		"nginx":                                "nginx",
		"nginx:1.29":                           "nginx",
		"registry.example:5000/mesh/proxyv2":   "proxyv2",
		"registry.example/mesh/proxyv2:1.27.0": "proxyv2",
		"registry.example/proxyv2@sha256:0":    "proxyv2",
		"registry.example/proxyv2:1@sha256:0":  "proxyv2",
		"":                                     "",
	} {
		if got := Base(image); got != want {
			t.Errorf("%q is %q, want %q", image, got, want)
		}
	}
}

func FuzzBase(f *testing.F) {
	f.Add("registry.example:5000/mesh/proxyv2:1.27.0@sha256:0")
	f.Fuzz(func(t *testing.T, image string) {
		if name := Base(image); strings.ContainsAny(name, "/:@") || !strings.Contains(image, name) {
			t.Errorf("%q is %q", image, name)
		}
	})
}
