package traffic

import (
	"strings"
	"testing"
)

func TestControllerNamed(t *testing.T) {
	for name, want := range map[string]string{
		"k8s.io/ingress-nginx":                      "k8s.io/ingress-nginx",
		"k8s.io/internal-ingress-nginx":             "k8s.io/ingress-nginx",
		"example.com/internal-ingress-nginx":        "",
		"nginx.org/ingress-controller":              "nginx.org/ingress-controller",
		"haproxy.org/ingress-controller/internal":   "haproxy.org/ingress-controller",
		"haproxy.org/ingress-controllers":           "",
		"haproxy-ingress.github.io/controller/blue": "haproxy-ingress.github.io/controller",
		"traefik.io/ingress-controller":             "traefik.io/ingress-controller",
		"ingress.k8s.aws/alb":                       "",
		"ingress-controllers.konghq.com/kong":       "",
		"":                                          "",
	} {
		got := ""
		if c := controllerNamed(name); c != nil {
			got = c.name
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestImageName(t *testing.T) {
	for image, want := range map[string]string{
		"nginx":                                "nginx",
		"nginx:1.29":                           "nginx",
		"registry.example:5000/mesh/proxyv2":   "proxyv2",
		"registry.example/mesh/proxyv2:1.27.0": "proxyv2",
		"registry.example/proxyv2@sha256:0":    "proxyv2",
		"registry.example/proxyv2:1@sha256:0":  "proxyv2",
		"":                                     "",
	} {
		if got := imageName(image); got != want {
			t.Errorf("%q is %q, want %q", image, got, want)
		}
	}
}

func FuzzImageName(f *testing.F) {
	f.Add("registry.example:5000/mesh/proxyv2:1.27.0@sha256:0")
	f.Fuzz(func(t *testing.T, image string) {
		if name := imageName(image); strings.ContainsAny(name, "/:@") || !strings.Contains(image, name) {
			t.Errorf("%q is %q", image, name)
		}
	})
}
