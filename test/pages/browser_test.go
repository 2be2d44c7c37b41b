package pages

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

var shots = flag.String("shots", "", "a directory for pictures of the pages, which people look at")

// chromium is one browser for all tests. Each test has a tab.
var chromium context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		// The pages are our own, and a container's root has no sandbox.
		chromedp.NoSandbox, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	var end context.CancelFunc
	chromium, end = chromedp.NewContext(allocator)
	status := m.Run()
	end()
	stop()
	os.Exit(status)
}

// tab shows a page. The test fails if the page sends a request, or if the
// browser refuses something or complains.
type tab struct {
	*testing.T
	context.Context
}

const desktop, phone = 1280, 390

// openTab shows the result of an audit in a window with a given width.
func openTab(t *testing.T, found printers.Found, width int64, before ...chromedp.Action) tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := printers.HTML(out, found); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return openFile(t, file, width, before...)
}

func openFile(t *testing.T, file string, width int64, before ...chromedp.Action) tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(chromium)
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(func() { stop(); closeTab() })
	address := "file://" + file
	var mu sync.Mutex
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		t.Errorf(format, args...)
	}
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if url := e.Request.URL; !strings.HasPrefix(url, address) && !strings.HasPrefix(url, "data:") {
				complain("the page requests %s", url)
			}
		case *runtime.EventExceptionThrown:
			complain("the script fails: %s", e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			complain("the console says %s %s", e.Type, e.Args[0].Value)
		case *page.EventJavascriptDialogOpening:
			complain("a dialog opens: %s", e.Message)
		}
	})
	opened := tab{t, ctx}
	opened.do(network.Enable(), page.Enable(), runtime.Enable(),
		emulation.SetDeviceMetricsOverride(width, 900, 1, width == phone))
	opened.do(before...)
	opened.do(chromedp.Navigate(address))
	return opened
}

func (t tab) do(actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(t.Context, actions...); err != nil {
		t.Fatal(err)
	}
}

// value evaluates an expression in the page, and awaits it if it is a promise.
func value[T any](t tab, expression string) T {
	t.Helper()
	var result T
	t.do(chromedp.Evaluate(expression, &result, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}))
	return result
}

// await waits until an expression is true in the page, also where no script may run.
func (t tab) await(expression string) {
	t.Helper()
	for range 400 {
		if value[bool](t, expression) {
			return
		}
		t.do(chromedp.Sleep(50 * time.Millisecond))
	}
	t.Fatalf("not so: %s", expression)
}

// press types one character, unless the page handles the key itself.
func press(character string) chromedp.Action {
	return input.DispatchKeyEvent(input.KeyDown).WithKey(character).WithText(character)
}

// prefersDark shows the page as to a person who prefers dark colors.
func prefersDark() chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}})
}

func onPaper() chromedp.Action { return emulation.SetEmulatedMedia().WithMedia("print") }

func mayCopy() chromedp.Action {
	allow := func(what string) chromedp.Action {
		return browser.SetPermission(&browser.PermissionDescriptor{Name: what}, browser.PermissionSettingGranted)
	}
	return chromedp.Tasks{allow("clipboard-read"), allow("clipboard-write")}
}

// shoot takes a picture of the top of the page if somebody wants to look at it.
func (t tab) shoot(name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	width, height := value[float64](t, `innerWidth`), value[float64](t, `Math.min(document.documentElement.scrollHeight, 2200)`)
	var picture []byte
	t.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		clip := &page.Viewport{Width: width, Height: height, Scale: 1}
		picture, err = page.CaptureScreenshot().WithCaptureBeyondViewport(true).WithClip(clip).Do(ctx)
		return err
	}))
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
