package controlplane

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
)

// user is someone the API server knows by a token.
type user struct {
	name   string
	groups string // separated by commas
	token  string
}

// NodeName is the name of the one node a cluster may have.
const NodeName = "node-1"

// The users of every cluster. Each has a different name, so that the audit log
// shows who did what.
const (
	// Admin may do everything.
	Admin = "admin"
	// Reader may do only what tests grant it.
	Reader = "reader"
	// Runner is this program, which waits for the cluster to become ready.
	Runner = "cluster-runner"
	// Kubelet is the node.
	Kubelet = "system:node:" + NodeName

	controllerManager = "system:kube-controller-manager"
	scheduler         = "system:kube-scheduler"
)

func newUsers() map[string]user {
	users := map[string]user{}
	for name, groups := range map[string]string{
		Admin:   "system:masters",
		Reader:  "",
		Runner:  "system:masters",
		Kubelet: "system:nodes",
		// Granting every right at once is quicker than a service account for each
		// controller.
		controllerManager: "system:masters",
		scheduler:         "",
	} {
		users[name] = user{name: name, groups: groups, token: rand.Text()}
	}
	return users
}

// writeTokens writes the file that the API server reads its users from.
func writeTokens(path string, users map[string]user) error {
	var lines strings.Builder
	for _, u := range users {
		fmt.Fprintf(&lines, "%s,%s,%s,%q\n", u.token, u.name, u.name, u.groups)
	}
	return os.WriteFile(path, []byte(lines.String()), 0o600)
}
