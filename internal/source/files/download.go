package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func isURL(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// plainName returns a name without the secrets that a URL may contain.
func plainName(name string) string {
	if !isURL(name) {
		return name
	}
	address, err := url.Parse(name)
	if err != nil {
		return "the URL"
	}
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}

// attempts limits how often a failing server is asked, as in kubectl.
const attempts = 3

func download(ctx context.Context, address string) (io.ReadCloser, error) {
	var failure error
	for n := range attempts {
		if n > 0 {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, errors.New("not a URL")
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			failure = withoutURL(err)
			continue
		}
		if response.StatusCode == http.StatusOK {
			return response.Body, nil
		}
		response.Body.Close()
		failure = fmt.Errorf("the server answered %s", response.Status)
		if response.StatusCode < http.StatusInternalServerError {
			break
		}
	}
	return nil, failure
}

// withoutURL removes the URL, which may contain secrets, from an error.
func withoutURL(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}
