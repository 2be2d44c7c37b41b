package cli

import (
	"context"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// conclude prints, keeps and pushes what was found, and says whether the gate failed.
func conclude(ctx context.Context, found result, output *reportFlags, push *pushFlags, earlier *earlierFlags, streams genericiooptions.IOStreams) error {
	defer found.shelf.close()
	defer earlier.before.close()
	failed := found.failed
	found.Runs = earlier.past.runs(&failed)
	written := output.print(found, streams)
	failed = append(failed, written...)
	failed = append(failed, earlier.keep(found)...)
	// An interrupt that ended an observation early does not end this.
	ctx = context.WithoutCancel(ctx)
	if err := push.push(ctx, found); err != nil {
		failed = append(failed, err)
	}
	return failed.before(found.demand(), streams.ErrOut)
}
