package node

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"

	"k8s.io/client-go/tools/clientcmd"
)

// serviceAddress is the address of the Service "kubernetes", which programs in
// pods find in their environment.
const (
	serviceAddress = "10.96.0.1"
	servicePort    = "443"
)

// serveAPI makes the Service "kubernetes" send traffic to the API server, for pods of
// this node, until ctx ends. It is the only part of a kube-proxy: other Services
// have endpoints, but no traffic.
func serveAPI(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.RESTConfigFromKubeConfig([]byte(kubeconfig))
	if err != nil {
		return err
	}
	server, err := url.Parse(config.Host)
	if err != nil {
		return err
	}
	if err := configure("lo", serviceAddress+"/32"); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(serviceAddress, servicePort))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go forward(ctx, connection, server.Host)
			}
		}
	}()
	return nil
}

// forward connects a client to a server. If the server is gone, the client
// notices it as well.
func forward(ctx context.Context, client net.Conn, server string) {
	defer client.Close()
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", server)
	if err != nil {
		return
	}
	defer connection.Close()
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{client, connection}, {connection, client}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			ended <- struct{}{}
		}()
	}
	<-ended
}
