package contact

import "regexp"

// mailPattern is an e-mail address, also as people write it to hide it from
// machines: "nom (at) domaine.fr", "nom arobase domaine point fr".
var mailPattern = regexp.MustCompile(`(?i)` + mailName + `(?: ?(?:@|\(at\)|\[at\]|\(a\)|\[a\]|\(arobase\)) ?| arobase | at )` + mailDomain)

const (
	mailName   = `[\p{L}\d][\p{L}\d._%+\-]*`
	mailDomain = `[\p{L}\d][\p{L}\d\-]*(?:(?:\.| ?\((?:point|dot)\) ?| point | dot )[\p{L}\d][\p{L}\d\-]*)+`
)

func mails(text string) (found []Found) {
	for _, m := range mailPattern.FindAllStringIndex(text, -1) {
		found = append(found, Found{Kind: Mail, From: m[0], To: m[1]})
	}
	return found
}
