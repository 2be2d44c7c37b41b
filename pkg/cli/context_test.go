package cli

import (
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

// A login program may ask questions unless another one could ask at the same
// time.
func TestQuestionsOfLoginPrograms(t *testing.T) {
	config, err := clientcmd.Load([]byte(`apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: prod, user: jane}}
clusters:
- {name: prod, cluster: {server: "https://127.0.0.1:1"}}
users:
- name: jane
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: IfAvailable}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, amongOthers := range []bool{false, true} {
		c := kubeContext{kubeconfig: clientcmd.NewDefaultClientConfig(*config, nil), amongOthers: amongOthers}
		live, err := c.live()
		if err != nil {
			t.Fatal(err)
		}
		if got := live.Config.ExecProvider.StdinUnavailable; got != amongOthers {
			t.Errorf("among others %t: standard input is unavailable: %t", amongOthers, got)
		}
	}
}
