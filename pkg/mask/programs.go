package mask

// options lists options of a program whose value is a secret, in the next
// word or in the same one.
type options struct {
	next, same []string
	// afterLogin is set if they mean that only after the word login.
	afterLogin bool
}

var (
	clientOfMySQL = options{same: []string{"-p"}}
	next          = func(names ...string) options { return options{next: names} }
	login         = options{next: []string{"-p"}, afterLogin: true}
	both          = func(name string) options { return options{next: []string{name}, same: []string{name}} }
)

// programs lists programs whose options take a secret without a name that says
// so.
var programs = map[string]options{
	"mysql": clientOfMySQL, "mysqladmin": clientOfMySQL, "mysqldump": clientOfMySQL, "mysqlcheck": clientOfMySQL,
	"mysqlimport": clientOfMySQL, "mysqlshow": clientOfMySQL, "mysqlbinlog": clientOfMySQL, "mysqlslap": clientOfMySQL,
	"mysqlsh": clientOfMySQL, "mariadb": clientOfMySQL, "mariadb-admin": clientOfMySQL, "mariadb-dump": clientOfMySQL,
	"mariadb-check": clientOfMySQL, "xtrabackup": clientOfMySQL, "mariabackup": clientOfMySQL, "mydumper": next("-p"),
	"sshpass": both("-p"), "zip": both("-P"), "unzip": both("-P"), "sqlcmd": both("-P"), "bcp": both("-P"),
	"ipmitool": both("-P"), "7z": {same: []string{"-p"}},
	"mongo": next("-p"), "mongosh": next("-p"), "mongodump": next("-p"), "mongorestore": next("-p"), "mongoexport": next("-p"),
	"mongoimport": next("-p"), "cqlsh": next("-p"), "influx": next("-p"),
	"docker": login, "podman": login, "nerdctl": login, "buildah": login, "skopeo": login, "helm": login, "oras": login,
	"crane": login, "az": login, "oc": login,
	"redis-cli": next("-a", "auth", "AUTH"), "valkey-cli": next("-a", "auth", "AUTH"),
	"ldapsearch": both("-w"), "ldapadd": both("-w"), "ldapmodify": both("-w"), "ldapdelete": both("-w"), "ldapwhoami": both("-w"),
	"ldappasswd": both("-w"),
	"openssl":    next("-k", "-K"), "vault": next("login"), "snmpget": next("-c", "-A", "-X"), "snmpwalk": next("-c", "-A", "-X"),
}

// userOptions take user:password.
var userOptions = map[string]bool{
	"-u": true, "--user": true, "-U": true, "--proxy-user": true, "--auth": true, "--basic-auth": true, "--login": true,
	"--http-user": true, "--userpwd": true, "--credentials": true, "-E": true, "--cert": true,
}

// setters are followed by the name of a setting and its value.
var setters = map[string]bool{"set": true, "config": true, "setenv": true, "SET": true}

// operands lists, by a word, the positions after it that hold secrets.
var operands = map[string][]int{
	"add_user": {2}, "change_password": {2}, "authenticate_user": {2}, // rabbitmqctl
	"alias": {4, 5}, // mc alias set NAME URL ACCESS-KEY SECRET-KEY
}
