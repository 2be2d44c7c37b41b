package controlplane

import (
	"context"
	"fmt"
	"net/http"
)

func (c *ControlPlane) startEtcd(ctx context.Context) error {
	addresses, err := listenAddresses("127.0.0.1", 2)
	if err != nil {
		return err
	}
	c.etcd = "http://" + addresses[0]
	peer := "http://" + addresses[1]
	data := c.options.Data
	if data == "" {
		data = c.path("etcd")
	}
	etcd, err := c.start("etcd",
		"--data-dir="+data,
		"--listen-client-urls="+c.etcd,
		"--advertise-client-urls="+c.etcd,
		"--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer,
		"--initial-cluster=default="+peer,
		"--log-level=warn",
		// Nobody needs the data after a crash of the machine. When etcd ends, nothing
		// is lost.
		"--unsafe-no-fsync",
		// Room for 50,000 pods and all their versions, instead of 2 GiB.
		"--quota-backend-bytes=8589934592",
	)
	if err != nil {
		return err
	}
	return etcd.Await(ctx, func(ctx context.Context) error { return healthy(ctx, c.etcd+"/health") })
}

func healthy(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}
