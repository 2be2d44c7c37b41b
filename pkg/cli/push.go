package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

// pushFlags say where to push metrics.
type pushFlags struct {
	address string

	gateway metrics.Gateway
}

func (f *pushFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.address, "push-gateway", f.address,
		"URL of a Prometheus Pushgateway (e.g. http://pushgateway:9091). The metrics of each report replace the earlier ones of its cluster")
}

func (f *pushFlags) complete() error {
	if f.address == "" {
		return nil
	}
	var err error
	if f.gateway, err = metrics.ParseGateway(f.address); err != nil {
		return fmt.Errorf("--push-gateway %w", err)
	}
	return nil
}

// push pushes all reports if a gateway is given. For a cluster that could not be
// audited, the gateway keeps the previous metrics, and with them the time of the
// last success.
func (f *pushFlags) push(ctx context.Context, found result) error {
	if f.gateway == "" {
		return nil
	}
	return found.eachAudit(func(audit metrics.Audit) error {
		if audit.Report == nil {
			return nil
		}
		return f.gateway.Push(ctx, audit)
	})
}
