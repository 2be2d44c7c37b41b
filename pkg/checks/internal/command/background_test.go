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
		// A process that is set up before the script waits for it.
		{"server & sleep 5; setup; wait", nil},
		{"set -m; server & until ready; do sleep 1; done; setup; fg", nil},
		{"set -m; server & setup; fg %1", nil},
		{"trap 'kill -TERM $PID' TERM; server & PID=$!; setup < /seed; wait \"$PID\"", nil},
		{"server & PID=$!\nif [ -n \"$SEED\" ]; then seed; fi\nwait ${PID}; exit $?", nil},
		{"start() { server & PID=$!; }; start; setup; wait $PID", nil},
		{"if [ -z \"$A\" ]; then server & fi; setup; wait", nil},
		// A process that runs only while something is set up.
		{"server & PID=$!; setup; kill $PID; wait $PID; exec server", nil},
		{"mysqld --skip-networking & setup; mysqladmin shutdown; exec mysqld", nil},
		{"web & A=$!; worker & B=$!; while kill -0 $A && kill -0 $B; do sleep 5; done", nil},
		{"web & worker & while pgrep worker; do sleep 5; done", nil},
		// Who waits for one does not see the other.
		{"web & A=$!; worker & wait $A", []string{"worker"}},
		{"web & A=$!; worker & B=$!; wait $A $B", []string{"web", "worker"}},
		{"web & A=$!; worker & B=$!; wait $A; wait $B", []string{"worker"}},
		{"web & worker & fg %1", []string{"worker"}},
		{"web & worker & kill %2; wait", nil},
		{"if [ -n \"$A\" ]; then agent & fi; server & wait", []string{"agent"}},
		{"stop() { wait; }; trap stop TERM; worker & server", []string{"worker"}},
		{"(worker &); wait", []string{"worker"}},
		{"while true; do worker & done; wait", []string{"worker"}},
		// Plain wait continues while any of them lives.
		{"web & worker & wait", []string{"web", "worker"}},
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

		// Programs that go to the background by themselves.
		{"php-fpm -D && nginx -g 'daemon off;'", []string{"php-fpm"}},
		{"php-fpm8.3 --daemonize && exec nginx -g 'daemon off;'", []string{"php-fpm8.3"}},
		{"php-fpm && nginx", nil},
		{"redis-server /redis.conf --daemonize yes && exec server", []string{"redis-server"}},
		{"redis-server --daemonize no; true", nil},
		{"redis-server --daemonize yes; seed; redis-cli shutdown; exec redis-server", nil},
		{"celery -A shop beat --detach; exec celery -A shop worker", []string{"celery"}},
		{"gunicorn --daemon shop.wsgi; exec nginx -g 'daemon off;'", []string{"gunicorn"}},
		{"mongod --fork --logpath /l && exec server", []string{"mongod"}},
		{"memcached -d -v; server", []string{"memcached"}},
		{"gosu app memcached -d; server", []string{"memcached"}},
		{"crond; server", []string{"crond"}},
		{"crond -l 2 && exec server", []string{"crond"}},
		{"crond -f", nil},
		{"render && crond", nil},
		{"/usr/sbin/sshd && exec server", []string{"sshd"}},
		{"/usr/sbin/sshd -t; exec server", nil},
		{"nginx; exec php-fpm", []string{"nginx"}},
		{"nginx && tail -f /dev/null", []string{"nginx"}},
		{"nginx -t && exec nginx -g 'daemon off;'", nil},
		{"nginx -g 'daemon off;'; echo ended; exit 1", nil},
		{"render; nginx || cat /error.log", nil},
		{"nginx -s reload; server", nil},
		{"if [ \"$A\" = web ]; then nginx; else server; fi", nil},
		{"case $ROLE in web) nginx;; worker) server;; esac", nil},
		{"if x; then exec nginx; fi; exec server", nil},
		{"httpd -DFOREGROUND; true", nil},
		{"apachectl start; tail -f /log", []string{"apachectl"}},
		{"supervisord -n; cleanup", nil},
		{"supervisord && server", []string{"supervisord"}},

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
