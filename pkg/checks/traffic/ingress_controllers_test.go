package traffic

import "testing"

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
