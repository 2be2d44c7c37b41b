package mask

import (
	"iter"
	"path"
	"slices"
	"strings"
)

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

// byPlace finds secrets in the words of a command by the words before them. It
// returns the secret part of each word.
func byPlace(words []string) map[int]span {
	var places map[int]span
	mark := func(i, from int) {
		if i < len(words) && from < len(words[i]) && literal(words[i][from:]) {
			if places == nil {
				places = map[int]span{}
			}
			places[i] = span{from, len(words[i])}
		}
	}
	follows := func(i int) {
		if i+1 < len(words) && !optionLike(words[i+1]) {
			mark(i+1, 0)
		}
	}
	var program options
	login, htpasswd := false, false
	for i, word := range words {
		base := path.Base(word)
		if known, found := programs[base]; found {
			program = known
		}
		option, value, assigned := strings.Cut(word, "=")
		switch {
		case userOptions[option] && assigned:
			if at := passwordAt(value); at > 0 {
				mark(i, len(option)+1+at)
			}
		case userOptions[word] && i+1 < len(words):
			if at := passwordAt(words[i+1]); at > 0 {
				mark(i+1, at)
			}
		case strings.HasPrefix(word, "-u") && passwordAt(word) > 0:
			mark(i, passwordAt(word))
		case (strings.HasPrefix(word, "-") || i > 0 && setters[words[i-1]]) && isName(word) && secretName(word):
			follows(i)
		}
		if login || !program.afterLogin {
			for _, o := range program.next {
				if word == o {
					follows(i)
				}
			}
			for _, o := range program.same {
				if strings.HasPrefix(word, o) && !strings.HasPrefix(word, o+"=") {
					mark(i, len(o))
				}
			}
		}
		for _, n := range operands[word] {
			if word != "alias" || i+1 < len(words) && words[i+1] == "set" {
				mark(i+n, 0)
			}
		}
		login = login || base == "login"
		htpasswd = htpasswd || base == "htpasswd"
	}
	if htpasswd {
		mark(len(words)-1, 0)
	}
	return places
}

// optionLike reports whether a word is the next option and not the value of
// one.
func optionLike(word string) bool {
	name := strings.TrimLeft(word, "-")
	if len(name) == len(word) {
		return false
	}
	name, _, _ = strings.Cut(name, "=")
	return len(name) < 2 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-_.0123456789") == ""
}

// passwordAt returns where the password begins in user:password. It returns 0
// if there is none, as in the IDs of a user and a group.
func passwordAt(word string) int {
	at := strings.IndexAny(word, ":%")
	if at < 0 || strings.Contains(word, "://") || strings.Trim(word[at+1:], "0123456789") == "" {
		return 0
	}
	return at + 1
}

// placed finds the secrets in the commands of a text: lines of a script, or a
// command that a kubelet quotes.
func placed(s string, depth int) []span {
	if depth == maxDepth || !strings.ContainsAny(s, " \"'") {
		return nil
	}
	var spans []span
	var words []string
	// printed contains what the command before prints, if that may be a secret.
	var printed span
	for tokens := range commands(s) {
		words = words[:0]
		for _, t := range tokens {
			words = append(words, s[t.from:t.to])
		}
		for i, place := range byPlace(words) {
			spans = append(spans, span{tokens[i].from + place.from, tokens[i].from + place.to})
		}
		if printed.to > 0 && readsPassword(words) {
			spans = append(spans, printed)
		}
		if printed = (span{}); prints(words) && literal(words[len(words)-1]) {
			printed = tokens[len(tokens)-1]
		}
		for i, t := range tokens {
			// A command within a command: sh -c "…".
			if t.to-t.from < len(s) && strings.Contains(words[i], " ") {
				for _, inner := range placed(words[i], depth+1) {
					spans = append(spans, span{t.from + inner.from, t.from + inner.to})
				}
			}
		}
	}
	return spans
}

func prints(words []string) bool {
	return len(words) > 1 && (words[0] == "echo" || words[0] == "printf")
}

// readsPassword reports whether a command reads a secret from the output of the
// one before it.
func readsPassword(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return word == "chpasswd" || word == "passwd" || strings.HasSuffix(word, "-stdin")
	})
}

// commands yields the words of each command in a text, without the quotes and
// brackets around them. The next command replaces them.
func commands(s string) iter.Seq[[]span] {
	return func(yield func([]span) bool) {
		var words []span
		for from := 0; from < len(s); {
			if words, from = command(s, from, words[:0]); len(words) > 0 && !yield(words) {
				return
			}
		}
	}
}

// command adds the words of one command, and returns where the next one begins.
func command(s string, from int, words []span) ([]span, int) {
	for i := from; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		case strings.IndexByte("\n;|&", c) >= 0:
			return words, i + 1
		case strings.IndexByte(apart, c) >= 0:
			i++
		case c == '"' || c == '\'':
			word := endedByQuote(s, i+1, c)
			if word.to == len(s) {
				// The quote is an apostrophe.
				i++
				continue
			}
			words = append(words, word)
			i = word.to + 1
		default:
			from := i
			i = wordEnd(s, i)
			words = append(words, span{from, i})
		}
	}
	return words, len(s)
}

// apart contains the characters between words.
const apart = " \t\r,(){}[]`"

// wordEnd returns the end of a word that begins without quotes. The word may
// contain some: -p'…', --user="…".
func wordEnd(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte("\n;|&"+apart, c) >= 0:
			return i
		case c == '"' || c == '\'':
			quoted := endedByQuote(s, i+1, c)
			// The quote after a word may end another word, or be an apostrophe.
			if opens := i > from && (!letter(s[i-1]) || s[from] == '-'); !opens || quoted.to == len(s) {
				return i
			}
			i = quoted.to
		case c == '\\':
			i++
		}
	}
	return len(s)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }
