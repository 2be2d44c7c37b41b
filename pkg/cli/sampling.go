package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// samplingFlags select reads that happen only on request: each requires a permission
// that allows more than the audit uses.
type samplingFlags struct{ logs, kubeletStats bool }

const secretsFlag = "secrets"

func (f *samplingFlags) addFlags(cmd *cobra.Command) {
	addSecretsFlag(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&f.logs, string(audit.Logs), f.logs,
		"Also check whether containers print anything, in one pod of each workload. "+
			"Requires permission to get pods/log")
	flags.BoolVar(&f.kubeletStats, string(audit.KubeletStats), f.kubeletStats,
		"Also ask the kubelets of some nodes how much containers write to their root filesystem. "+
			"Requires permission to get nodes/proxy, which amounts to running commands in any pod")
}

func addSecretsFlag(cmd *cobra.Command) {
	cmd.Flags().Bool(secretsFlag, false,
		"Also list the metadata of Secrets, to find references to missing Secrets before a pod fails, and pods that use an old version "+
			"of a Secret. The permission to list Secrets also allows reading them")
}

// asked returns the samples that the user asks for.
func (f *samplingFlags) asked() []audit.Sampling {
	var asked []audit.Sampling
	if f.logs {
		asked = append(asked, audit.Logs)
	}
	if f.kubeletStats {
		asked = append(asked, audit.KubeletStats)
	}
	return asked
}

// taken returns the samples that the user asks for and that one of the checks
// needs.
func (f *samplingFlags) taken(checks []*audit.Check) []audit.Sampling {
	return slices.DeleteFunc(f.asked(), func(s audit.Sampling) bool {
		return !slices.ContainsFunc(checks, func(c *audit.Check) bool { return c.Reads.Samples == s })
	})
}

// request returns what a source must read for the checks, with the samples.
func (f *samplingFlags) request(checks []*audit.Check, scope inventory.Scope) inventory.Request {
	req := audit.Request(checks, scope)
	taken := f.taken(checks)
	req.Logs = slices.Contains(taken, audit.Logs)
	req.KubeletStats = slices.Contains(taken, audit.KubeletStats)
	return req
}
