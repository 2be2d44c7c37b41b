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

// forbidden is the reason after which a list may be tried namespace by
// namespace.
const forbidden = "forbidden"

// recordError is a snapshot that cannot be written: reading on is pointless.
type recordError struct{ error }

func (e recordError) Unwrap() error { return e.error }

// decodeError is an answer that is not what was asked for.
type decodeError struct{ error }

func (e decodeError) Unwrap() error { return e.error }

// failed ends a list. Losing one's identity or one's output ends the audit.
func (l *Source) failed(ctx context.Context, read inventory.Read, err error) (inventory.Read, error) {
	var record recordError
	if apierrors.IsUnauthorized(err) || errors.As(err, &record) {
		return read, err
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, context.Canceled):
		return read, context.Canceled
	case errors.Is(cause, errOverBudget):
		err = errOverBudget
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
	case errors.Is(err, context.DeadlineExceeded), apierrors.IsTimeout(err), apierrors.IsServerTimeout(err),
		errors.As(err, &network) && network.Timeout():
		return "timed out"
	case apierrors.IsServiceUnavailable(err):
		return "unavailable"
	case apierrors.IsInternalError(err), apierrors.IsUnexpectedServerError(err):
		return "server error"
	case errors.As(err, &status):
		return "failed"
	}
	// The server did not get to say what is wrong.
	return "connection lost"
}

// retryPause gives a server the time to finish its restart, or its hiccup.
const retryPause = 500 * time.Millisecond

// accidental reports whether the same request may well succeed the next time.
// Where the server said when to come back, the client has done so already.
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
