package node

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

// Run is the inside of a node. It ends only if one of its programs does.
func Run(ctx context.Context, _ []string) error {
	var s settings
	if err := json.NewDecoder(os.Stdin).Decode(&s); err != nil {
		return fmt.Errorf("read the settings: %w", err)
	}
	// The path of the current directory may lead nowhere soon, but the directory itself stays where it is.
	group := process.NewGroup("logs")
	if err := becomeReady(ctx, group, s); err != nil {
		return err
	}
	if err := serveAPI(ctx, s.Kubeconfig); err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString(readyReport); err != nil {
		return err
	}
	return (<-group.Ended()).Failure()
}

func becomeReady(ctx context.Context, group *process.Group, s settings) error {
	ctx, cancel := context.WithDeadline(ctx, s.Deadline)
	defer cancel()
	if err := mountOwn(); err != nil {
		return err
	}
	if err := configure("lo", "127.0.0.1/8"); err != nil {
		return err
	}
	if err := configure(interfaceInNode, s.Address+prefix); err != nil {
		return err
	}
	if err := startContainerd(ctx, group); err != nil {
		return err
	}
	if err := importBusybox(ctx, s.Images); err != nil {
		return err
	}
	for _, file := range s.ImageArchives {
		if err := importArchive(ctx, file); err != nil {
			return err
		}
	}
	return startKubelet(ctx, group, s)
}
