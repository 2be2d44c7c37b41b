package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// jobIndex is the variable by which the Job controller numbers the pods of an Indexed
// Job, from 0.
const jobIndex = "JOB_COMPLETION_INDEX"

// shardFlags select a part of the namespaces.
type shardFlags struct {
	typed    string
	shards   int
	handOver string

	// shard is nil for the whole.
	shard *inventory.Shard
}

func (f *shardFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.typed, "shard", f.typed,
		"Audit one of several parts of the namespaces: 2/8 is the second of eight. 'merge' combines the reports of all parts")
	flags.IntVar(&f.shards, "shards", f.shards,
		"In a pod of an Indexed Job, the number of parts into which the namespaces are divided; the index of the pod selects the part to audit")
	flags.StringVar(&f.handOver, "hand-over", f.handOver,
		"With --shards, the shared directory for the reports of the pods. The first pod waits for all reports and merges them")
	completeFlag(cmd, "hand-over", completeDirectories)
}

func (f *shardFlags) given() bool { return f.typed != "" || f.shards != 0 || f.handOver != "" }

// onlyForWhole are the flags about the report of the whole.
var onlyForWhole = []string{"fail-on", "min-score", "require-complete", "push-gateway", "baseline", "fail-on-new", "history", "history-keep"}

// complete finds out which part is meant, and refuses what makes no sense for it.
func (f *shardFlags) complete(cmd *cobra.Command, live *liveAudit, ofFiles bool) error {
	if !f.given() {
		return nil
	}
	index, of, err := f.parse()
	if err != nil {
		return err
	}
	switch {
	case live.clusters.several:
		return errors.New("a shard cannot be audited in several contexts")
	case !ofFiles && !live.scopeFlags.allNamespaces, !live.scope.Whole():
		return errors.New("a shard is a part of all namespaces: --all-namespaces is required")
	}
	if len(live.scope.Objects) > 0 {
		return errors.New("a shard cannot be audited by the names of objects")
	}
	if live.observe > 0 {
		return errors.New("--observe cannot be used with a shard")
	}
	if f.handOver == "" {
		for _, name := range onlyForWhole {
			if cmd.Flags().Changed(name) {
				return fmt.Errorf("--%s cannot be used with a shard: use it with 'merge'", name)
			}
		}
	}
	f.shard = &inventory.Shard{Index: index, Of: of}
	live.scope.Shard = f.shard
	return nil
}

func (f *shardFlags) parse() (index, of int, err error) {
	switch {
	case f.typed != "" && f.shards != 0:
		return 0, 0, errors.New("only one of --shard and --shards can be used")
	case f.handOver != "" && f.shards == 0:
		return 0, 0, errors.New("--hand-over requires --shards")
	case f.typed != "":
		first, second, _ := strings.Cut(f.typed, "/")
		index, err = strconv.Atoi(first)
		if err == nil {
			of, err = strconv.Atoi(second)
		}
		if err != nil || index < 1 || index > of {
			return 0, 0, fmt.Errorf("--shard must be like 2/8, the second of eight, not %q", f.typed)
		}
		return index, of, nil
	case f.shards < 1:
		return 0, 0, fmt.Errorf("--shards must be at least 1, not %d", f.shards)
	}
	text := os.Getenv(jobIndex)
	if text == "" {
		return 0, 0, fmt.Errorf("--shards is for the pods of an Indexed Job, which have the variable %s; elsewhere, use --shard", jobIndex)
	}
	index, err = strconv.Atoi(text)
	if err != nil || index < 0 || index >= f.shards {
		return 0, 0, fmt.Errorf("%s is %q, which is not a shard of --shards=%d: the Job must have as many completions", jobIndex, text, f.shards)
	}
	return index + 1, f.shards, nil
}
