package ports

import (
	"fmt"
	"net"
	"testing"
)

func TestFree(t *testing.T) {
	const n = 20
	free, err := Free("127.0.0.1", n)
	if err != nil {
		t.Fatal(err)
	}
	// That all can be listened on at once shows that they are free, and different.
	for _, port := range free {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
	}
	if len(free) != n {
		t.Errorf("got %d ports, want %d", len(free), n)
	}
}

func TestTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := net.Listen("tcp", listener.Addr().String()); !Taken(err) {
		t.Errorf("%v is not recognized", err)
	}
	if Taken(nil) {
		t.Error("no error is recognized")
	}
}
