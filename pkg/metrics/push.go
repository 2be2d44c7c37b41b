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

// Job is the job label in a Pushgateway. Job and cluster form the group that a
// push replaces.
const Job = "prodcheck"

// pushTimeout limits one push, so that a gateway that accepts requests and never
// answers does not delay a scheduled audit.
const pushTimeout = 10 * time.Second

// Gateway is the address of a Pushgateway, without the path of a group.
type Gateway string

// ParseGateway reads an address like http://pushgateway:9091.
func ParseGateway(address string) (Gateway, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil:
		// Show only the cause, because the address may contain a password.
		var fault *url.Error
		if errors.As(err, &fault) {
			err = fault.Err
		}
		return "", fmt.Errorf("not a URL: %w", err)
	case parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Hostname() == "":
		return "", fmt.Errorf("must be a URL like http://pushgateway:9091, not %q", parsed.Redacted())
	case parsed.User != nil:
		return "", errors.New("must not contain credentials: others can read them in the list of processes")
	case parsed.RawQuery != "", parsed.Fragment != "":
		return "", fmt.Errorf("must not have a query or a fragment: %q", address)
	}
	return Gateway(address), nil
}

// Push replaces everything that was pushed for the cluster before.
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

// refuseRedirect refuses redirects. The client would follow one with GET, and
// the answer to that does not prove that anything was pushed.
func refuseRedirect(*http.Request, []*http.Request) error {
	return errors.New("the gateway redirects: use the URL that it redirects to")
}
