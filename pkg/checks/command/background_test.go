package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestBackground(t *testing.T) {
	for _, test := range []struct {
		script string
		want   []string
	}{
		// What looks like it and is not.
		{"migrate && exec server", nil},
		{"server 2>&1 | tee /dev/stderr", nil},
		{"server >&2", nil},
		{"server &> /dev/stdout", nil},
		{"server |& tee log", nil},
		{"curl 'http://localhost/?a=1&b=2'", nil},
		{`echo "a & b"`, nil},
		{"# worker &\nserver", nil},
		{"cat <<EOF\nworker &\nEOF\nserver", nil},
		{"nohup server", nil},
		{"setsid server; true", nil},
		{"(worker); { server; }", nil},
		{"if [ $((a & 1)) = 1 ]; then server; fi", nil},

		// A server that the script waits for is the container's own.
		{"server & wait", nil},
		{"server & wait $!", nil},
		{"trap 'kill $pid' TERM; server & pid=$!; wait $pid", nil},
		{"server &\nexport PID=$!\ntrap stop TERM\nwait $PID || status=$?\nexit $status", nil},
		{"web & worker & wait -n", nil},
		{"while true; do sleep 60 & wait $!; reload; done", nil},
		// Plain wait goes on while any of them lives.
		{"web & worker & wait", []string{"web", "worker"}},
		{"worker & server; wait", []string{"worker"}},
		{"for i in 1 2 3; do worker $i & done; wait", []string{"worker"}},

		{"worker & server", []string{"worker"}},
		{"worker & exec server", []string{"worker"}},
		{"cd /app && ./bin/worker --queue=a & exec server", []string{"worker"}},
		{"tail -F log | grep ERROR & exec server", []string{"tail"}},
		{"nohup java -jar app.jar > log 2>&1 &", []string{"java"}},
		{"setsid nice -n 10 env A=b worker & exec server", []string{"worker"}},
		{"setsid --fork worker; exec server", []string{"worker"}},
		{"(while sleep 5; do reload; done) & exec server", []string{"reload"}},
		{"{ one; two; } & three", []string{"one"}},
		{"( worker & ); exec server", []string{"worker"}},
		{"start() { worker & }; start; server", []string{"worker"}},
		{"if [ -n \"$A\" ]; then agent & fi; server", []string{"agent"}},
		{"case $ROLE in all) worker & ;; esac; server", []string{"worker"}},
		{"worker & worker & server", []string{"worker"}},
		{"sleep 60 & server", []string{"sleep"}},
		{"$WORKER & server", []string{"a process"}},
		{`"$JAVA_HOME"/bin/java -jar app.jar & server`, []string{"java"}},
		{"coproc worker; server", []string{"worker"}},
		{"service nginx start && php-fpm", []string{"nginx"}},
		{"service nginx status; php-fpm", nil},
		{"/etc/init.d/cron start; server", []string{"cron"}},
		{"start-stop-daemon --start --background --exec /bin/worker; server", []string{"start-stop-daemon"}},
		{"systemctl start cron; server", []string{"cron"}},
		{"systemctl stop cron; server", nil},
		{"pm2 start app.js; pm2 logs", []string{"pm2"}},
		{"pm2 start app.js --no-daemon", nil},
		{"pm2-runtime start app.js", nil},
		{"forever start app.js; server", []string{"forever"}},
		{"daemonize /bin/worker; server", []string{"daemonize"}},
		{"nohup & server", []string{"nohup"}},

		// What no shell would run starts nothing.
		{"worker & ; server", nil},
		{"worker & (", nil},
		// Nothing that a pod may hold takes the parser down.
		{strings.Repeat("(", maxScript), nil},
		{strings.Repeat("(", 1<<20), nil},
		{"worker &" + strings.Repeat("\n", maxScript), nil},
	} {
		name := test.script[:min(len(test.script), 60)]
		t.Run(name, func(t *testing.T) {
			c := &corev1.Container{Command: []string{"sh", "-c", test.script}}
			if diff := cmp.Diff(test.want, Background(c)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzBackground(f *testing.F) {
	for _, script := range []string{
		"worker & exec server", "a && b 2>&1", "(a & b) | c &", "coproc a { b; }", "case a in b) c & ;; esac",
		"cat <<EOF\n$(a &)\nEOF", "a & wait -n", "setsid -f a", "$((1&2))", "x=(1 & 2)", "\x00&", "nohup &",
	} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		for _, name := range Background(&corev1.Container{Command: []string{"sh", "-c", script}}) {
			if name == "" || strings.Contains(name, unknown) {
				t.Errorf("%q starts %q", script, name)
			}
		}
	})
}
