package command

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// starter recognizes the commands whose purpose is to put a program in the
// background, and names it.
func starter(words []string) (name string, ok bool) {
	if len(words) < 2 {
		return "", false
	}
	program := path.Base(words[0])
	switch {
	case program == "setsid":
		return programName(words), words[1] == "-f" || words[1] == "--fork"
	case program == "start-stop-daemon":
		return program, slices.Contains(words, "-b") || slices.Contains(words, "--background")
	case program == "service" && len(words) > 2:
		return words[1], words[2] == "start"
	case program == "systemctl" && len(words) > 2:
		return words[2], words[1] == "start"
	case program == "pm2" || program == "forever":
		return program, slices.Contains([]string{"start", "resurrect"}, words[1]) && !slices.Contains(words, "--no-daemon")
	case program == "daemonize":
		return program, true
	case strings.HasPrefix(words[0], "/etc/init.d/"):
		return program, words[1] == "start"
	}
	return "", false
}

// daemons are programs that an option, or a subcommand, sends to the background.
var daemons = map[string][]string{
	"apachectl":              {"start"},
	"apache2ctl":             {"start"},
	"autossh":                {"-f"},
	"bgpd":                   {"-d", "--daemon"},
	"catalina.sh":            {"start"},
	"celery":                 {"--detach", "-D", "multi"},
	"circusd":                {"--daemon"},
	"dbus-daemon":            {"--fork"},
	"elasticsearch":          {"-d", "--daemonize"},
	"fluentd":                {"-d", "--daemon"},
	"fluent-bit":             {"-d", "--daemon"},
	"gunicorn":               {"-D", "--daemon"},
	"haproxy":                {"-D"},
	"kafka-server-start.sh":  {"-daemon"},
	"kafka-server-start":     {"-daemon"},
	"memcached":              {"-d", "--daemon"},
	"mongod":                 {"--fork"},
	"mongos":                 {"--fork"},
	"mosquitto":              {"-d", "--daemon"},
	"mysqld":                 {"--daemonize", "-D"},
	"neo4j":                  {"start"},
	"openvpn":                {"--daemon"},
	"pdns_server":            {"--daemon"},
	"pg_ctl":                 {"start"},
	"pg_ctlcluster":          {"start"},
	"php-fpm":                {"-D", "--daemonize"},
	"postfix":                {"start"},
	"puma":                   {"-d", "--daemon"},
	"rabbitmq-server":        {"-detached"},
	"redis-server":           {"--daemonize"},
	"redis-sentinel":         {"--daemonize"},
	"screen":                 {"-d", "-dm", "-dmS"},
	"sidekiq":                {"-d", "--daemon"},
	"solr":                   {"start"},
	"ssh":                    {"-f", "-fN", "-fNT", "-Nf"},
	"td-agent":               {"-d", "--daemon"},
	"thin":                   {"-d", "--daemonize"},
	"tmux":                   {"-d"},
	"tor":                    {"--RunAsDaemon"},
	"unicorn":                {"-D", "--daemonize"},
	"uwsgi":                  {"-d", "--daemonize", "--daemonize2"},
	"valkey-server":          {"--daemonize"},
	"zebra":                  {"-d", "--daemon"},
	"zkServer.sh":            {"start"},
	"zookeeper-server-start": {"-daemon"},
}

// selfDaemons are programs that go to the background unless one of these words
// keeps them in front, or has them only answer a question.
var selfDaemons = map[string][]string{
	"apache2":     {"FOREGROUND", "-X"},
	"atd":         {"-f"},
	"cassandra":   {"-f"},
	"chronyd":     {"-d", "-n"},
	"cron":        {"-f"},
	"crond":       {"-f", "-n", "-d", "-x"},
	"dnsmasq":     {"-k", "--keep-in-foreground", "-d", "--no-daemon", "--test"},
	"dovecot":     {"-F"},
	"httpd":       {"FOREGROUND", "-X", "-f"},
	"keepalived":  {"-n", "--dont-fork"},
	"lighttpd":    {"-D", "-tt"},
	"named":       {"-f", "-g"},
	"nginx":       {"daemon off", "-s"},
	"ntpd":        {"-n", "-d"},
	"openresty":   {"daemon off", "-s"},
	"rpcbind":     {"-f", "-d"},
	"rsyslogd":    {"-n"},
	"sshd":        {"-D", "-d", "-De", "-eD", "-e"},
	"snmpd":       {"-f"},
	"squid":       {"-N", "--foreground"},
	"supervisord": {"-n", "--nodaemon"},
	"syslog-ng":   {"-F", "--foreground"},
	"syslogd":     {"-n"},
	"twistd":      {"-n", "--nodaemon"},
	"varnishd":    {"-F"},
	"vsftpd":      {"background=NO"},
	"xinetd":      {"-dontfork"},
}

// asking lists options with which a program answers and exits.
var asking = []string{"-t", "-T", "-v", "-V", "-h", "--help", "--version", "-version", "configtest"}

// daemon recognizes programs that go to the background by themselves, by their
// arguments, and names them.
func daemon(words []string) (name string, ok bool) {
	if len(words) == 0 || words[0] == "exec" {
		// A program that replaces the shell ends the container when it ends.
		return "", false
	}
	if words = started(words); len(words) == 0 {
		return "", false
	}
	name = path.Base(words[0])
	options := words[1:]
	// php-fpm8.3 and php-fpm83 are php-fpm.
	kind := name
	if strings.HasPrefix(kind, "php-fpm") {
		kind = "php-fpm"
	}
	for i, word := range options {
		option, value, joined := strings.Cut(word, "=")
		if !slices.Contains(daemons[kind], option) {
			continue
		}
		if !joined && i+1 < len(options) {
			value = options[i+1]
		}
		return name, !inventory.Off(value)
	}
	foreground, bySelf := selfDaemons[kind]
	return name, bySelf && !slices.ContainsFunc(options, func(word string) bool {
		return slices.Contains(asking, word) || slices.ContainsFunc(foreground, func(stay string) bool {
			return word == stay || len(stay) > 2 && strings.Contains(word, stay)
		})
	})
}

// goesOn reports whether a script runs another program after one that went to the
// background, other than because that failed, or in order to end it. With nothing
// after it, the container would end.
func goesOn(file *syntax.File, from *syntax.CallExpr) bool {
	goes, ends := false, false
	var visit func(syntax.Node) bool
	// only walks one part of a node if the others are not run as well.
	only := func(part syntax.Node) bool {
		syntax.Walk(part, visit)
		return false
	}
	visit = func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.FuncDecl:
			return within(n, from)
		case *syntax.BinaryCmd:
			if n.Op == syntax.OrStmt && within(n.X, from) {
				return only(n.X)
			}
		case *syntax.IfClause:
			for _, stmt := range n.Then {
				if within(stmt, from) {
					return only(&syntax.Block{Stmts: n.Then})
				}
			}
		case *syntax.CaseClause:
			for _, item := range n.Items {
				if within(item, from) {
					return only(item)
				}
			}
		case *syntax.CallExpr:
			if len(n.Args) > 0 && n.Pos().After(from.Pos()) {
				goes = goes || !builtin(n)
				ends = ends || stops(literals(n))
			}
		}
		return true
	}
	syntax.Walk(file, visit)
	return goes && !ends
}
