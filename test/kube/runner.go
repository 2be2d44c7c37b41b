package kube

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// stopTimeout limits the end of a cluster, which takes about a second.
const stopTimeout = time.Minute

// runner is the process that runs the cluster, "cluster run".
type runner struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr bytes.Buffer
	// done is closed when the process has ended; err is valid from then on.
	done chan struct{}
	err  error
}

// description is the output of "cluster run" when the cluster is ready.
type description struct {
	AdminUser        string `json:"adminUser"`
	AuditLog         string `json:"auditLog"`
	Kubeconfig       string `json:"kubeconfig"`
	Kubectl          string `json:"kubectl"`
	Logs             string `json:"logs"`
	Node             string `json:"node"`
	ReaderKubeconfig string `json:"readerKubeconfig"`
	ReaderUser       string `json:"readerUser"`
}

func startRunner(binary string, o options) (*runner, description, error) {
	args := []string{"run"}
	if o.node {
		args = append(args, "--node")
	}
	for _, image := range o.images {
		args = append(args, "--image", image)
	}
	for _, file := range o.imageArchives {
		args = append(args, "--image-archive", file)
	}
	if o.data != "" {
		args = append(args, "--data", o.data)
	}
	if o.still {
		args = append(args, "--without-controllers")
	}
	if o.apiServer != "" {
		args = append(args, "--kube-apiserver", o.apiServer)
	}
	r := &runner{cmd: exec.Command(binary, args...), done: make(chan struct{})}
	r.cmd.Stderr = &r.stderr
	var d description
	stdin, err := r.cmd.StdinPipe()
	if err != nil {
		return nil, d, err
	}
	r.stdin = stdin
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, d, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, d, err
	}
	// The line comes when the cluster is ready. If it cannot become ready, the
	// output ends instead.
	unready := json.NewDecoder(stdout).Decode(&d)
	go func() {
		r.err = r.cmd.Wait()
		close(r.done)
	}()
	if unready != nil {
		<-r.done
		return nil, d, r.failure()
	}
	return r, d, nil
}

// failure says why the process ended by itself. It must have ended.
func (r *runner) failure() error {
	return fmt.Errorf("%v\n%s", r.err, r.stderr.Bytes())
}

// stop ends the process and with it the whole cluster.
func (r *runner) stop() error {
	r.stdin.Close()
	select {
	case <-r.done:
	case <-time.After(stopTimeout):
		_ = r.cmd.Process.Kill()
		<-r.done
	}
	if r.err != nil {
		return r.failure()
	}
	return nil
}
