package mask

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		// By name.
		`run --password=hunter2 --port=8080`:                        `run --password=*** --port=8080`,
		`run --password hunter2 --port 8080`:                        `run --password *** --port 8080`,
		`run --token "a b;c" && next`:                               `run --token "***" && next`,
		`run --db-password='it is; here' -v`:                        `run --db-password='***' -v`,
		`PGPASSWORD=hunter2 psql -h db`:                             `PGPASSWORD=*** psql -h db`,
		`export API_KEY="hunter2"; exec app`:                        `export API_KEY="***"; exec app`,
		`docker run -e DB_PASSWORD=hunter2 -e DEBUG=1 app`:          `docker run -e DB_PASSWORD=*** -e DEBUG=1 app`,
		`java -Dspring.datasource.password=hunter2 -jar a.jar`:      `java -Dspring.datasource.password=*** -jar a.jar`,
		`echo '{"user":"app","password":"hun\"ter2","port":1}'`:     `echo '{"user":"app","password":"***","port":1}'`,
		`echo "{\"password\": \"hunter2\", \"port\": 1}"`:           `echo "{\"password\": \"***\", \"port\": 1}"`,
		`{password: hunter2, port: 1}`:                              `{password: ***, port: 1}`,
		"user: app\npassword: hunter2\nport: 1":                     "user: app\npassword: ***\nport: 1",
		"[db]\npassword = hunter2\nport = 1":                        "[db]\npassword = ***\nport = 1",
		`sh -c "app --password=hunter2 --port=1"`:                   `sh -c "app --password=*** --port=1"`,
		`sh -c 'app --password hunter2'`:                            `sh -c 'app --password ***'`,
		`: ${DB_PASSWORD:-hunter2}; exec app`:                       `: ${DB_PASSWORD:-***}; exec app`,
		`host=db password=hunter2 dbname=x`:                         `host=db password=*** dbname=x`,
		`Server=db;Password=hunter2;Timeout=3`:                      `Server=db;Password=***;Timeout=3`,
		`aws configure set aws_secret_access_key hunter2`:           `aws configure set aws_secret_access_key ***`,
		`keytool -storepass hunter2 -list`:                          `keytool -storepass *** -list`,
		`redis-server --requirepass hunter2 --port 1`:               `redis-server --requirepass *** --port 1`,
		`token: "hunter2"`:                                          `token: "***"`,
		`kubectl create secret generic x --from-literal=password=x`: `kubectl create secret generic x --from-literal=password=***`,
		// Headers.
		`curl -H "Authorization: Bearer hunter2" http://a/b`: `curl -H "Authorization: ***" http://a/b`,
		`curl -H 'X-Api-Key:hunter2' http://a/b`:             `curl -H 'X-Api-Key:***' http://a/b`,
		`curl -H Authorization:hunter2 http://a && exec app`: `curl -H Authorization:*** http://a && exec app`,
		`wget --header="Private-Token: hunter2" http://a`:    `wget --header="Private-Token: ***" http://a`,
		`Cookie: a=1; session=hunter2`:                       `Cookie: ***`,
		`got Bearer abcDEF123456 in answer`:                  `got Bearer *** in answer`,
		// URLs.
		`GET http://app:hunter2@db:8080/x?y=z failed`:                      `GET http://***@db:8080/x?y=z failed`,
		`https://ghp@github.com/o/r`:                                       `https://***@github.com/o/r`,
		`postgres://app:hun/ter@2@db/x`:                                    `postgres://***@db/x`,
		`ssh://git@github.com/o/r`:                                         `ssh://git@github.com/o/r`,
		`http://a/b?token=hunter2&x=y#z`:                                   `http://a/b?token=***&x=y#z`,
		`app:hunter2@tcp(db:3306)/x`:                                       `app:***@tcp(db:3306)/x`,
		`amqp://${USER}:${PASS}@mq`:                                        `amqp://${USER}:${PASS}@mq`,
		`pulled docker-pullable://a/b@sha256:12`:                           `pulled docker-pullable://a/b@sha256:12`,
		`image nginx:1.25@sha256:12 not found`:                             `image nginx:1.25@sha256:12 not found`,
		`Failed to pull image "registry.example/my-token:v1.2": not found`: `Failed to pull image "registry.example/my-token:v1.2": not found`,
		// By place.
		`curl -u app:hunter2 http://a`:                        `curl -u app:*** http://a`,
		`curl -uapp:hunter2 http://a`:                         `curl -uapp:*** http://a`,
		`curl --user=app:hunter2 http://a`:                    `curl --user=app:*** http://a`,
		`docker run -u 1000:1000 -p 8080:80 app`:              `docker run -u 1000:1000 -p 8080:80 app`,
		`docker login -u app -p hunter2 reg`:                  `docker login -u app -p *** reg`,
		`echo hunter2 | docker login -u app --password-stdin`: `echo *** | docker login -u app --password-stdin`,
		`sshpass -p hunter2 ssh a`:                            `sshpass -p *** ssh a`,
		`sshpass -phunter2 ssh a`:                             `sshpass -p*** ssh a`,
		`mysqladmin -uroot -phunter2 ping -h ${HOST}`:         `mysqladmin -uroot -p*** ping -h ${HOST}`,
		`mysql -h ${HOST} -p'hunter2' -e 'select 1'`:          `mysql -h ${HOST} -p*** -e 'select 1'`,
		`mysql -p -e 'select 1'`:                              `mysql -p -e 'select 1'`,
		`mysql -p$PASSWORD -p"${PASSWORD}" x`:                 `mysql -p$PASSWORD -p"${PASSWORD}" x`,
		"mysql \\\n  -u root \\\n  -phunter2":                 "mysql \\\n  -u root \\\n  -p***",
		`redis-cli -a hunter2 ping`:                           `redis-cli -a *** ping`,
		`redis-cli -h a AUTH hunter2`:                         `redis-cli -h a AUTH ***`,
		`ldapsearch -x -w hunter2 -b dc=a`:                    `ldapsearch -x -w *** -b dc=a`,
		`rabbitmqctl add_user app hunter2`:                    `rabbitmqctl add_user app ***`,
		`htpasswd -bc /etc/x app hunter2`:                     `htpasswd -bc /etc/x app ***`,
		`openssl enc -pass pass:hunter2 -in a`:                `openssl enc -pass *** -in a`,
		`lftp -u app,x sftp://a`:                              `lftp -u app,x sftp://a`,
		// Messages of a kubelet.
		`Exec lifecycle hook ([/bin/sh -c mysqladmin -uroot -phunter2 shutdown]) for Container "db" failed`: `Exec lifecycle hook ([/bin/sh -c mysqladmin -uroot -p*** shutdown]) for Container "db" failed`,
		`exec: "app --password=hunter2": executable file not found`:                                         `exec: "app --password=***": executable file not found`,
		`Readiness probe failed: Get "http://10.0.0.1:80/x?api_key=hunter2": context deadline exceeded`:     `Readiness probe failed: Get "http://10.0.0.1:80/x?api_key=***": context deadline exceeded`,
		`command "redis-cli -a 'hunter2' ping" timed out`:                                                   `command "redis-cli -a '***' ping" timed out`,
		// Shapes.
		`login eyJhbGciOiJI.eyJzdWIiOiIx.abc_-1`:                                       `login ***`,
		`clone ghp_0123456789abcdefghij`:                                               `clone ***`,
		"-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nexec a": "***\nexec a",
		// Texts without a secret.
		`run --password=$PASSWORD --password "${PASSWORD}" --token=$(cat /t)`: `run --password=$PASSWORD --password "${PASSWORD}" --token=$(cat /t)`,
		`run --password-file=/run/p --token-ttl 5m --secret-name db`:          `run --password-file=/run/p --token-ttl 5m --secret-name db`,
		`run --password=/run/secrets/db.txt --enable-token=true`:              `run --password=/run/secrets/db.txt --enable-token=true`,
		`run --token --verbose`:                          `run --token --verbose`,
		`secret "database" not found`:                    `secret "database" not found`,
		`couldn't find key PASSWORD in Secret shop/cart`: `couldn't find key PASSWORD in Secret shop/cart`,
		`references non-existent secret key: log.yaml`:   `references non-existent secret key: log.yaml`,
		`failed to fetch anonymous token: unexpected status from GET request to https://a/token?scope=x: 401`:  `failed to fetch anonymous token: unexpected status from GET request to https://a/token?scope=x: 401`,
		`Unable to retrieve some image pull secrets (registry); attempting to pull the image may not succeed.`: `Unable to retrieve some image pull secrets (registry); attempting to pull the image may not succeed.`,
		`0/3 nodes are available: 1 node(s) had untolerated taint {a: b}`:                                      `0/3 nodes are available: 1 node(s) had untolerated taint {a: b}`,
		`MountVolume.SetUp failed for volume "token" : references non-existent secret key: a`:                  `MountVolume.SetUp failed for volume "token" : references non-existent secret key: a`,
		`nginx -g "daemon off;" && tail -f /var/log/x > /dev/null 2>&1 &`:                                      `nginx -g "daemon off;" && tail -f /var/log/x > /dev/null 2>&1 &`,
		``: ``,
	} {
		if got := Text(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		if again := Text(want); again != want {
			t.Errorf("masked again:\n got %s\nwant %s", again, want)
		}
	}
}

func TestWords(t *testing.T) {
	for words, want := range map[string]string{
		"app|--password=a;b&c d|--x=1":            "app|--password=***|--x=1",
		"app|--password|a b|--x":                  "app|--password|***|--x",
		"app|--password|-_R4nd|--x":               "app|--password|***|--x",
		"app|--use-token|--verbose":               "app|--use-token|--verbose",
		"mysqladmin|-u|root|-phunter2|ping":       "mysqladmin|-u|root|-p***|ping",
		"/usr/bin/curl|-u|a:b:c|http://x":         "/usr/bin/curl|-u|a:***|http://x",
		"curl|-H|Authorization: Bearer a, b|http": "curl|-H|Authorization: ***|http",
		"sh|-c|app --password=hunter2; wait":      "sh|-c|app --password=***; wait",
		"app|-e|KEY=1|-e|API_TOKEN=a b":           "app|-e|KEY=1|-e|API_TOKEN=***",
		"app|--url=https://a:b@c/?token=x&y=z":    "app|--url=https://***@c/?token=***&y=z",
		"env|PGPASSWORD=x y|psql":                 "env|PGPASSWORD=***|psql",
		"app|--password|$(PASSWORD)":              "app|--password|$(PASSWORD)",
		"":                                        "",
	} {
		got := strings.Split(words, "|")
		Words(got)
		if strings.Join(got, "|") != want {
			t.Errorf("%s\n got %s\nwant %s", words, strings.Join(got, "|"), want)
		}
		again := slices.Clone(got)
		Words(again)
		if !slices.Equal(got, again) {
			t.Errorf("masked again: %q", again)
		}
	}
}

func TestValue(t *testing.T) {
	for _, test := range [][3]string{
		{"Authorization", "Bearer hunter2", Masked}, {"X-Api-Key", "hunter2", Masked}, {"Cookie", "a=b", Masked},
		{"Host", "a.example", "a.example"}, {"X-Forwarded-Proto", "https", "https"}, {"Referer", "http://a:b@c", "http://***@c"},
		{"password", "$(PASSWORD)", "$(PASSWORD)"}, {"X-Trace", "token=hunter2", "token=***"},
	} {
		if got := Value(test[0], test[1]); got != test[2] {
			t.Errorf("%s: %s becomes %s, want %s", test[0], test[1], got, test[2])
		}
	}
}

// Masking terminates, removes nothing but secrets, and changes nothing the
// second time.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`run --password=hunter2 "a 'b" -p'x' ${A:-b} $(c)`, `{"password":"a\"b","x":[1]}`, `http://a:b@c:d/e@f?token=g`, "a\\\n--token 'b\xff",
		`Authorization: Bearer a; Cookie: b="c"`, `mysql -p"x y" -u a:b -e 'c`, `:=:-="'password=`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Text(text)
		if utf8.ValidString(text) && !utf8.ValidString(once) {
			t.Errorf("%q becomes %q", text, once)
		}
		words := strings.Fields(text)
		Words(words)
	})
}

// The value after the name of a secret is hidden, whatever surrounds it.
func FuzzSecrets(f *testing.F) {
	f.Add("run", "now")
	f.Add(`sh -c "`, `"`)
	f.Add("it's", `'`)
	f.Fuzz(func(t *testing.T, before, after string) {
		const planted = "Pl4nted"
		for _, secret := range []string{"--password=" + planted, "API_KEY=" + planted, "http://app:" + planted + "@db/", `"password":"` + planted + `"`} {
			if text := before + " " + secret + " " + after; strings.Contains(Text(text), planted) && !strings.Contains(before+after, planted) {
				t.Errorf("%s becomes %s", text, Text(text))
			}
		}
	})
}

func TestShapesBeginWithMarks(t *testing.T) {
	for _, s := range []string{
		"-----BEGIN RSA PRIVATE KEY-----", "eyJhbGciOiJIUzI1NiJ9.eyJ", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
		"xoxa-", "xoxb-", "xoxr-", "xoxp-", "xoxs-", "sk_live_", "rk_live_", "hvs.", "npm_", "dckr_pat_", "AIza",
	} {
		if s += "0123456789abcdef"; len(shapes("a "+s)) != 1 || !shape.MatchString(s) {
			t.Errorf("%s is not found", s)
		}
	}
}
