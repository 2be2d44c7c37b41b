package stability

import "testing"

// The errors are those of containerd, CRI-O and registries.
func TestPullObstacle(t *testing.T) {
	for _, test := range []struct{ said, want string }{
		{"", "image x:1 cannot be pulled"},
		{`Back-off pulling image "x:1"`, "image x:1 cannot be pulled"},
		{`failed to pull and unpack image "docker.io/library/x:1": failed to resolve reference: docker.io/library/x:1: not found`, "image x:1 not found"},
		{"reading manifest 1 in docker.io/library/x: manifest unknown", "image x:1 not found"},
		{"pull access denied, repository does not exist or may require authorization: authorization failed", "the registry refuses access to image x:1"},
		{"unexpected status from HEAD request to https://registry.example/v2/x/manifests/1: 403 Forbidden", "the registry refuses access to image x:1"},
		{"401 Unauthorized, not found", "the registry refuses access to image x:1"},
		{"429 Too Many Requests: toomanyrequests: You have reached your pull rate limit", "the registry limits how often image x:1 is pulled"},
		{"dial tcp: lookup registry.example on 10.0.0.10:53: no such host", "the registry of image x:1 cannot be reached"},
		{"dial tcp 192.0.2.1:443: i/o timeout", "the registry of image x:1 cannot be reached"},
		{"no match for platform in manifest: not found", "image x:1 does not exist for the node's platform"},
	} {
		if got := pullObstacle("x:1", []string{"Back-off", test.said}); got.text != test.want {
			t.Errorf("%q: %s, want %s", test.said, got.text, test.want)
		}
	}
}
