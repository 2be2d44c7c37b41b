package exporter

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
)

// endTimeout limits how long unfinished responses may take after the context has
// ended.
const endTimeout = 5 * time.Second

// Serve audits and serves until the context ends. It closes the listener.
func (e *Exporter) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           e.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    1 << 14,
	}
	auditing, end := context.WithCancel(ctx)
	defer end()
	audited := make(chan struct{})
	go func() {
		defer close(audited)
		e.Run(auditing)
	}()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener, server, &web.FlagConfig{WebConfigFile: &e.WebConfig}, e.Log) }()

	var err error
	select {
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
		defer cancel()
		if err = server.Shutdown(ending); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
	case err = <-failed:
	}
	end()
	<-audited
	return err
}
