//go:build unix

package files_test

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// In a directory, entries that would block an audit or form a cycle are skipped.
func TestSpecialFilesInADirectory(t *testing.T) {
	write(t, map[string]string{
		"dir/a.yaml": webPod, "dir/deep/b.yaml": namedPod("b"), "elsewhere/c.yaml": namedPod("c"), "dir/..real/d.yaml": namedPod("d"),
	})
	listener, err := net.Listen("unix", "dir/socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := syscall.Mkfifo("dir/pipe.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{
		"dir/loop": ".", "dir/deep/up": "../..", "dir/elsewhere": "../elsewhere", "dir/one.yaml": "two.yaml", "dir/two.yaml": "one.yaml",
		"dir/dangling.yaml": "nothing.yaml", "dir/dangling": "nothing", "dir/..data": "..real", "dir/d.yaml": "..data/d.yaml",
		"dir/null.yaml": "/dev/null", "linked": "dir",
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"dangling.yaml: no such file or directory",
		"deep/up: a link to a directory that contains it",
		"elsewhere: a link to a directory elsewhere, which is not followed",
		"loop: a link to a directory that contains it",
		"null.yaml: a device",
		"one.yaml: a link that leads to itself",
		"pipe.yaml: a named pipe, which is read only if you name it",
		"socket: a socket",
		"two.yaml: a link that leads to itself",
	}
	for _, dir := range []string{"dir", "linked"} {
		inv, err := readNamed(t, &files.Source{Filenames: []string{dir}, Recursive: true})
		if err != nil {
			t.Fatal(err)
		}
		filestest.WantNames(t, inv.Workloads, "Pod default/b", "Pod default/d", "Pod default/web")
		got := notReadOf(inv)
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], dir+"/")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: not read:\n%s\nwant:\n%s", dir, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestLinkToNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Symlink("nothing", "a.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.yaml", "?.yaml"} {
		if _, err := readNamed(t, &files.Source{Filenames: []string{name}}); err == nil || err.Error() != "a.yaml: no such file or directory" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A pipe that the user names is read, and an interrupt ends the wait for it.
func TestNamedPipe(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo("pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	go func() { _ = os.WriteFile("pipe", []byte(webPod), 0) }()
	inv, err := readNamed(t, &files.Source{Filenames: []string{"pipe"}})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Pod default/web")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (&files.Source{Filenames: []string{"pipe"}}).Read(ctx, inventory.Request{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}

func TestFilesThatMayNotBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read anything")
	}
	write(t, map[string]string{"a.yaml": webPod, "closed.yaml": webPod, "deep/b.yaml": webPod})
	for name := range map[string]bool{"closed.yaml": true, "deep": true} {
		if err := os.Chmod(name, 0); err != nil {
			t.Fatal(err)
		}
	}
	inv, err := readNamed(t, &files.Source{Filenames: []string{"."}, Recursive: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := notReadOf(inv), []string{"closed.yaml: permission denied", "deep: permission denied"}; !slices.Equal(got, want) {
		t.Errorf("not read: %q, want %q", got, want)
	}
	if err := os.Chmod("deep", 0o700); err != nil {
		t.Fatal(err)
	}
}
