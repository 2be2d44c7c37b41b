package image

import (
	"strings"
	"testing"
)

const digest = "sha256:4c1b8c0f0c6a3d2b5e7f90817263544536271809a1b2c3d4e5f60718293a4b5c"

func TestParse(t *testing.T) {
	for _, test := range []struct {
		image             string
		name, tag, digest string
		latest            bool
	}{
		{image: "nginx", name: "nginx", latest: true},
		{image: "nginx:latest", name: "nginx", tag: "latest", latest: true},
		{image: "nginx:1.29.1", name: "nginx", tag: "1.29.1"},
		{image: "nginx:latest-alpine", name: "nginx", tag: "latest-alpine"},
		{image: "nginx:Latest", name: "nginx", tag: "Latest"},
		{image: "latest", name: "latest", latest: true},
		{image: "nginx@" + digest, name: "nginx", digest: digest},
		{image: "nginx:latest@" + digest, name: "nginx", tag: "latest", digest: digest},
		{image: "web:5000", name: "web", tag: "5000"},
		{image: "localhost:5000/web", name: "localhost:5000/web", latest: true},
		{image: "localhost:5000/web:latest", name: "localhost:5000/web", tag: "latest", latest: true},
		{image: "registry.example:5000/team/web:1.2", name: "registry.example:5000/team/web", tag: "1.2"},
		{image: "registry.example:5000/web@" + digest, name: "registry.example:5000/web", digest: digest},
		{image: "[fd00::1]:5000/web", name: "[fd00::1]:5000/web", latest: true},
		{image: "docker.io/library/nginx", name: "docker.io/library/nginx", latest: true},
		{image: "${REGISTRY}/team/web:latest", name: "${REGISTRY}/team/web", tag: "latest", latest: true},
		{image: "$(REGISTRY)/web", name: "$(REGISTRY)/web", latest: true},
		{image: "{{ .Values.registry }}/web:1.2", name: "{{ .Values.registry }}/web", tag: "1.2"},
		{image: "registry.example/__APP__:latest", name: "registry.example/__APP__", tag: "latest", latest: true},
		{image: "${IMAGE}:latest", name: "${IMAGE}", tag: "latest", latest: true},
		{image: "<registry>/web:1@" + digest, name: "<registry>/web", tag: "1", digest: digest},
	} {
		ref, err := Parse(test.image)
		if err != nil {
			t.Errorf("%s: %v", test.image, err)
			continue
		}
		if ref.Name != test.name || ref.Tag != test.tag || ref.Digest != test.digest || ref.Latest() != test.latest {
			t.Errorf("%s: %+v, latest %v", test.image, ref, ref.Latest())
		}
	}
	for _, image := range []string{
		"", " ", ":", "@", ":latest", "Nginx", "nginx:", "nginx:la test", "nginx:latest ", "nginx\n:1", "\x1b[31mnginx",
		"nginx\x00", "\xff", "nginx@sha256:short", "nginx@" + strings.ToUpper(digest), "nginx:a:b", "https://nginx",
		"${IMAGE}", "web:${TAG}", "registry.example/web-${VERSION}", "${IMAGE:-web:latest}", "web:v${VERSION}-x", "$REGISTRY/Web:latest",
		strings.Repeat("a", 300), strings.TrimPrefix(digest, "sha256:"),
	} {
		if ref, err := Parse(image); err == nil {
			t.Errorf("%q is taken for %+v", image, ref)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"nginx", "nginx:latest", "localhost:5000/web:1@" + digest, "a:b:c@d@e", "\x1b[31m:latest", "[::1]:1/a", "@" + digest, "a/../b:latest",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, image string) {
		ref, err := Parse(image)
		if err != nil {
			return
		}
		text := ref.Name
		if ref.Tag != "" {
			text += ":" + ref.Tag
		}
		if ref.Digest != "" {
			text += "@" + ref.Digest
		}
		if text != image {
			t.Errorf("%q is taken apart to %q", image, text)
		}
		if ref.Latest() && strings.Contains(image, "@") {
			t.Errorf("%q has a digest and is called latest", image)
		}
		ref.RunningDigest(image)
	})
}

func TestRunningDigest(t *testing.T) {
	for _, test := range []struct{ image, imageID, want string }{
		{"nginx:latest", "docker.io/library/nginx@" + digest, digest},
		{"nginx", "docker-pullable://nginx@" + digest, digest},
		{"registry.example/web", "registry.example/web@" + digest, digest},
		{"registry.example/web", "mirror.example/web@" + digest, ""},
		// The ID of an image without a repository: it cannot be pulled.
		{"nginx:latest", digest, ""},
		{"nginx:latest", "docker://" + digest, ""},
		{"nginx:latest", "docker.io/library/nginx:latest", ""},
		{"nginx:latest", "", ""},
		{"nginx:latest", "\x1b[31m@" + digest, ""},
	} {
		ref, err := Parse(test.image)
		if err != nil {
			t.Fatal(err)
		}
		if got := ref.RunningDigest(test.imageID); got != test.want {
			t.Errorf("%s, %s: digest %q, want %q", test.image, test.imageID, got, test.want)
		}
	}
}

func TestLocalID(t *testing.T) {
	for _, test := range []struct{ imageID, want string }{
		{digest, digest},
		{"docker://" + digest, digest},
		{"docker.io/library/nginx@" + digest, ""},
		{"sha512:" + strings.Repeat("a", 64), ""},
		{"sha256:short", ""},
		{"", ""},
	} {
		if got := LocalID(test.imageID); got != test.want {
			t.Errorf("%q: %q, want %q", test.imageID, got, test.want)
		}
	}
}
