package live

import (
	"context"
	"errors"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// forbidden is the reason after which a list is tried namespace by namespace.
const forbidden = "forbidden"

// recordError means that a snapshot cannot be written: reading on is pointless.
type recordError struct{ error }

func (e recordError) Unwrap() error { return e.error }

// decodeError means that a response is not what was requested.
type decodeError struct{ error }

func (e decodeError) Unwrap() error { return e.error }

// failed ends a list. An error that concerns the user's identity or the output
// ends the audit.
func (l *Source) failed(ctx context.Context, read inventory.Read, err error) (inventory.Read, error) {
	var record recordError
	if apierrors.IsUnauthorized(err) || errors.As(err, &record) {
		return read, err
	}
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return read, context.Canceled
	}
	read.State = inventory.Unreadable
	if read.Items > 0 {
		read.State = inventory.Partial
	}
	read.Reason, read.Detail = reasonOf(err), mask.Text(err.Error())
	return read, nil
}

// reasonOf names a failure in a few stable words.
func reasonOf(err error) string {
	var network net.Error
	var decode decodeError
	var status apierrors.APIStatus
	switch {
	case errors.Is(err, errOverBudget):
		return "over budget"
	case errors.As(err, &decode):
		return "invalid answer"
	case apierrors.IsForbidden(err):
		return forbidden
	case apierrors.IsNotFound(err), apierrors.IsMethodNotSupported(err):
		return "not served"
	case apierrors.IsResourceExpired(err):
		return "expired"
	case apierrors.IsTooManyRequests(err):
		return "throttled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errStalled), apierrors.IsTimeout(err), apierrors.IsServerTimeout(err),
		errors.As(err, &network) && network.Timeout():
		return "timed out"
	case apierrors.IsServiceUnavailable(err):
		return "unavailable"
	case apierrors.IsInternalError(err), apierrors.IsUnexpectedServerError(err):
		return "server error"
	case errors.As(err, &status):
		return "failed"
	}
	// The server could not say what is wrong.
	return "connection lost"
}

// retryPause gives a server time to finish a restart, or to recover.
const retryPause = 500 * time.Millisecond

// accidental reports whether the same request may well succeed the next time. If
// the server said when to come back, the client has already done so.
func accidental(err error) bool {
	if err == nil {
		return false
	}
	switch reasonOf(err) {
	case "connection lost", "invalid answer":
		return true
	case "throttled", "unavailable", "server error":
		_, waited := apierrors.SuggestsClientDelay(err)
		return !waited
	}
	return false
}

// pause waits, and reports whether there is still time.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
