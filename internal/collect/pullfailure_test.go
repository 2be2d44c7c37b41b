package collect

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The errors are those of containerd, CRI-O and registries.
func TestPullFailure(t *testing.T) {
	for _, test := range []struct {
		said    string
		problem inventory.PullProblem
		why     string
	}{
		{"", 0, ""},
		{`Back-off pulling image "x:1"`, 0, ""},
		{"Error: ErrImagePull", 0, ""},
		{`Back-off pulling image "x:1": ErrImagePull: pull QPS exceeded`, 0, "pull QPS exceeded"},
		{`failed to pull and unpack image "docker.io/library/x:1": docker.io/library/x:1: not found`, inventory.PullNotFound,
			`failed to pull and unpack image "docker.io/library/x:1": docker.io/library/x:1: not found`},
		{"ErrImagePull: reading manifest 1 in docker.io/library/x: manifest unknown", inventory.PullNotFound,
			"reading manifest 1 in docker.io/library/x: manifest unknown"},
		{"ErrImagePull: pull access denied, repository does not exist or may require authorization: authorization failed", inventory.PullDenied,
			"pull access denied, repository does not exist or may require authorization: authorization failed"},
		{"ErrImagePull: https://registry.example/v2/x/manifests/1: 403 Forbidden", inventory.PullDenied, "https://registry.example/v2/x/manifests/1: 403 Forbidden"},
		{"ErrImagePull: 401 Unauthorized, not found", inventory.PullDenied, "401 Unauthorized, not found"},
		{"ErrImagePull: 429 Too Many Requests: toomanyrequests: unauthorized", inventory.PullLimited, "429 Too Many Requests: toomanyrequests: unauthorized"},
		{"ErrImagePull: tls: failed to verify certificate: x509: certificate signed by unknown authority", inventory.PullUntrusted,
			"tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		{"ErrImagePull: dial tcp: lookup registry.example on 10.0.0.10:53: no such host", inventory.PullUnreachable,
			"dial tcp: lookup registry.example on 10.0.0.10:53: no such host"},
		{"ErrImagePull: dial tcp 192.0.2.1:443: i/o timeout", inventory.PullUnreachable, "dial tcp 192.0.2.1:443: i/o timeout"},
		{"ErrImagePull: no match for platform in manifest: not found", inventory.PullOtherPlatform, "no match for platform in manifest: not found"},
	} {
		if got := pullFailure(test.said); got.Problem != test.problem || got.Why != test.why {
			t.Errorf("%q: %+v", test.said, got)
		}
	}
}
