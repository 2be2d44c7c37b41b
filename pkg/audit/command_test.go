package audit

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

func TestCommandsAreInTheUsualOrder(t *testing.T) {
	for want, c := range map[string]Command{
		"kubectl -n shop logs web-1 -c app --tail=5":         Kubectl("logs").On("web-1").Flag("-c", "app").With("--tail=5").In("shop"),
		"kubectl -n shop set image deployment/web app=IMAGE": Kubectl("set", "image").On("app=IMAGE").Of("deployment/web").In("shop"),
		"kubectl describe node worker-1":                     Kubectl("describe", "node").On("worker-1"),
		`kubectl get pods -o 'jsonpath={.items[*]}'`:         Kubectl("get", "pods").With("-o", "jsonpath={.items[*]}"),
		`kubectl create quota q '--hard=pods=$(n)'`:          Kubectl("create", "quota", "q").Flag("--hard=", "pods=$(n)"),
		`echo '{"a": 1}' | kubectl create --filename=-`:      Kubectl("create").With("--filename=-").Reading(`{"a": 1}`),
		"": {},
	} {
		if got := c.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestCommandsQuoteWhatShellsRead(t *testing.T) {
	for operand, want := range map[string]string{
		"deploy/web": "deploy/web", "a=b": "a=b", "azAZ09": "azAZ09",
		// zsh replaces this by the path of a program.
		"=reboot": `'=reboot'`,
		// An interactive shell replaces this by an earlier command, even within double
		// quotes.
		"it's!!": `'it'\''s!!'`, "web!": `'web!'`,
		"$(reboot)": `'$(reboot)'`, "~": `'~'`, "": `''`, "日本": `'日本'`,
	} {
		if got := Kubectl("get").On(operand).String(); got != "kubectl get "+want {
			t.Errorf("%q becomes %s, want %s", operand, got, want)
		}
	}
}

// A name that kubectl would read as a flag makes no command, because the flag
// could send the user's credentials elsewhere. Neither does a name with
// invisible characters.
func TestCommandsRefuseWhatIsNotSafe(t *testing.T) {
	for _, name := range []string{
		"--server=https://elsewhere/web", "--filename=https://elsewhere/web", "--all", "-A", "-", "--",
		"a\x00b", "a\nb", "\x1b[2J", "\xff", "\u202e",
	} {
		for what, c := range map[string]Command{
			"an operand":  Kubectl("delete").On("pod/web", name),
			"the object":  Kubectl("delete").Of(name),
			"a value":     Kubectl("logs", "web").Flag("-c", name),
			"a namespace": Kubectl("get", "pods").In(name),
		} {
			if c.String() != "" || !c.refused {
				t.Errorf("%q is %s: %s", name, what, c)
			}
		}
	}
	// Within the word of its flag, a value cannot become another flag.
	if got, want := Kubectl("run").Flag("--image=", "--all").String(), "kubectl run --image=--all"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzCommandsKeepWords(f *testing.F) {
	f.Add("web", "a'b")
	f.Add("--all", "$(reboot)")
	f.Fuzz(func(t *testing.T, operand, value string) {
		line := Kubectl("get").On(operand).Flag("--from=", value).String()
		if line == "" {
			return
		}
		file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(line), "")
		if err != nil || len(file.Stmts) != 1 {
			t.Fatalf("%v in %s", err, line)
		}
		words, err := expand.Fields(nil, file.Stmts[0].Cmd.(*syntax.CallExpr).Args...)
		if err != nil || len(words) != 4 || words[2] != operand || words[3] != "--from="+value || strings.HasPrefix(operand, "-") {
			t.Errorf("%v: %s has the words %q", err, line, words)
		}
	})
}
