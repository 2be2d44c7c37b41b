package metrics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus/push"
)

// Job is the job in a push gateway; with the cluster it is the group that a push
// replaces.
const Job = "prodcheck"

// pushTimeout bounds one push, so that a gateway that accepts and never answers
// does not hold up a scheduled audit.
const pushTimeout = 10 * time.Second

// Gateway is the address of a push gateway, without the path of a group.
type Gateway string

// ParseGateway reads an address like http://pushgateway:9091.
func ParseGateway(address string) (Gateway, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil:
		// The cause alone: the address may hold a password.
		var fault *url.Error
		if errors.As(err, &fault) {
			err = fault.Err
		}
		return "", fmt.Errorf("not a URL: %w", err)
	case parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Hostname() == "":
		return "", fmt.Errorf("must be a URL like http://pushgateway:9091, not %q", parsed.Redacted())
	case parsed.User != nil:
		return "", errors.New("must not hold credentials: others can read them in the list of processes")
	case parsed.RawQuery != "", parsed.Fragment != "":
		return "", fmt.Errorf("must end with its path, without a query or a fragment: %q", address)
	}
	return Gateway(address), nil
}

// Push replaces all that was pushed for the cluster before.
func (g Gateway) Push(ctx context.Context, a Audit) error {
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	err := push.New(string(g), Job).Collector(a).Grouping(ClusterLabel, a.Cluster).
		Client(&http.Client{CheckRedirect: refuseRedirect}).PushContext(ctx)
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %s", pushTimeout)
	}
	if err != nil {
		return fmt.Errorf("push to %s: %w", g, err)
	}
	return nil
}

// refuseRedirect: after a redirect the client would send GET, and what is
// answered to that is no sign that anything was pushed.
func refuseRedirect(*http.Request, []*http.Request) error {
	return errors.New("the gateway redirects: use the URL that it redirects to")
}
