package discussion

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/message"
	"copi.local/store/notify"
)

// Bounds of looking for names.
const (
	mostMentions = 20 // of one post
	mostWords    = 6  // of one name
)

// Mention is a person named in a post with an @ before the name.
type Mention struct {
	AccountID    string
	Starts, Ends int // bytes of the text, with the @

	post string
}

// mentions finds who is named in a text. Only somebody the actor may know to
// read there is: for others a name stays a name, so that nothing tells who
// belongs to a group (FO-1). Where several of them have the name it fails with
// kind Invalid, and says how to tell them apart (AC-9).
func mentions(tx *store.Tx, about store.Ref, text string) ([]Mention, error) {
	var list []Mention
	for at := 0; len(list) < mostMentions; {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			return list, nil
		}
		at += i + 1
		if before, _ := utf8.DecodeLastRuneInString(text[:at-1]); at > 1 && (unicode.IsLetter(before) || unicode.IsDigit(before)) {
			continue // of an electronic address
		}
		who, length, err := named(tx, about, text[at:])
		if err != nil {
			return nil, err
		}
		if who != "" {
			list = append(list, Mention{AccountID: who, Starts: at - 1, Ends: at + length})
		}
	}
	return list, nil
}

// named is the person whose name a text begins with, the longest one, and its
// length in bytes.
func named(tx *store.Tx, about store.Ref, text string) (id string, length int, err error) {
	ends := wordEnds(text)
	for _, end := range slices.Backward(ends) {
		people, err := account.Namesakes(tx, text[:end])
		if err != nil {
			return "", 0, err
		}
		if people, err = known(tx, about, people); err != nil || len(people) == 0 {
			if err != nil {
				return "", 0, err
			}
			continue
		}
		for _, p := range people {
			if whole := wholeName(text, p.Shown()); whole > 0 {
				return p.ID, whole, nil
			}
		}
		if len(people) == 1 {
			return people[0].ID, end, nil
		}
		var names []string
		for _, p := range people {
			names = append(names, "@"+p.Shown())
		}
		return "", 0, store.E(store.Invalid, "err.discussion.who", "name", text[:end], "names", strings.Join(names, ", ")).At("text")
	}
	return "", 0, nil
}

// wordEnds are where the first words of a line end.
func wordEnds(text string) (ends []int) {
	inside := false
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			inside = true
		case r == '\n', r == '@', len(ends) == mostWords, i == 0:
			if inside && len(ends) < mostWords {
				ends = append(ends, i)
			}
			return ends
		default:
			if inside {
				ends = append(ends, i)
			}
			inside = false
		}
	}
	if inside && len(ends) < mostWords {
		ends = append(ends, len(text))
	}
	return ends
}

// wholeName is the length of a name at the beginning of a text, however its
// accents and capitals were typed; 0 when it does not stand there.
func wholeName(text, name string) int {
	want := utf8.RuneCountInString(name)
	n := 0
	for i := range text {
		if n == want {
			if next, _ := utf8.DecodeRuneInString(text[i:]); (unicode.IsLetter(next) || unicode.IsDigit(next)) && !strings.HasSuffix(name, ")") {
				return 0
			}
			return same(text[:i], name)
		}
		n++
	}
	if n == want {
		return same(text, name)
	}
	return 0
}

func same(text, name string) int {
	if account.Fold(text) == account.Fold(name) {
		return len(text)
	}
	return 0
}

// known leaves the people of whom the actor may know that they read there:
// those who wrote and still read it, and of a group those it lets the actor see.
func known(tx *store.Tx, about store.Ref, people []account.Person) ([]account.Person, error) {
	if len(people) == 0 {
		return nil, nil
	}
	in, err := familiar(tx, about)
	if err != nil {
		return nil, err
	}
	var out []account.Person
	for _, p := range people {
		yes, err := in(p.ID)
		if err != nil {
			return nil, err
		}
		if yes {
			out = append(out, p)
		}
	}
	return out, nil
}

// familiar tells of accounts whether the actor may know that they read what is
// said about a thing.
func familiar(tx *store.Tx, about store.Ref) (func(id string) (bool, error), error) {
	in := map[string]bool{}
	if about.Module == Module {
		t, err := topic(tx, about.ID)
		if err != nil {
			return nil, err
		}
		p, err := PlaceOf(tx, t.Group)
		if err != nil {
			return nil, err
		}
		if in, err = p.readers(tx); err != nil {
			return nil, err
		}
	}
	return func(id string) (bool, error) {
		yes, looked := in[id]
		if looked {
			return yes, nil
		}
		yes, err := store.One(tx, store.Scan[bool], sqlWroteThere, about.Module, about.ID, id)
		if err == nil && yes {
			yes, err = hears(tx, about, id)
		}
		in[id] = yes
		return yes, err
	}, nil
}

// recognised leaves the names of whom the actor may know that they read there,
// and their own; to others a name that somebody else may know stays a name
// (FO-1).
func recognised(tx *store.Tx, about store.Ref, list []Mention) ([]Mention, error) {
	if len(list) == 0 {
		return nil, nil
	}
	in, err := familiar(tx, about)
	if err != nil {
		return nil, err
	}
	var out []Mention
	for _, m := range list {
		yes := m.AccountID == tx.Actor.ID
		if !yes {
			if yes, err = in(m.AccountID); err != nil {
				return nil, err
			}
		}
		if yes {
			out = append(out, m)
		}
	}
	return out, nil
}

// name keeps who the post names, and tells those it did not name before. Who
// takes no messages from its author is not told.
func (p *Post) name(tx *store.Tx, before []Mention) error {
	if _, err := tx.Exec(sqlDropMentions, p.ID); err != nil {
		return err
	}
	told := map[string]bool{}
	for _, m := range before {
		told[m.AccountID] = true
	}
	for _, m := range p.Mentions {
		if _, err := tx.Exec(sqlName, p.ID, m.AccountID, m.Starts, m.Ends); err != nil {
			return err
		}
		if told[m.AccountID] {
			continue
		}
		told[m.AccountID] = true
		if refuses, err := message.Refuses(tx, m.AccountID, tx.Actor.ID); err != nil {
			return err
		} else if refuses {
			continue
		}
		if err := notify.Tell(tx, m.AccountID, p.About, toldMention); err != nil {
			return err
		}
	}
	return nil
}
