package listing

import (
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"copi.local/store"
)

// Values of Query.Origin beside the key of a box in hexadecimal.
const (
	FromHere       = "own"
	FromNeighbours = "neighbours"
)

// maxWeb bounds the address of a neighbour's pages, in bytes.
const maxWeb = 120

// OriginName is what Query.Origin calls a box: FromHere for this one (nil).
func OriginName(o *Origin) string {
	if o == nil {
		return FromHere
	}
	return hex.EncodeToString(o.Key[:])
}

// checkOrigin tells whether Query.Origin can name anything.
func checkOrigin(name string) *store.Error {
	switch name {
	case "", FromHere, FromNeighbours:
		return nil
	}
	if key, err := hex.DecodeString(name); err != nil || len(key) != 32 {
		return store.E(store.Invalid, "err.listing.origin_name").At("origin")
	}
	return nil
}

// from keeps the cards of Query.Origin. The plus leaves the choice to the
// index of dates, places or zones, which read less.
func (q *Query) from(tx *store.Tx, w *where) error {
	if err := q.without(tx, w); err != nil {
		return err
	}
	column := "c.origin_id"
	if q.SortedBy() == ByDate || q.RadiusKM > 0 || q.SortedBy() == Nearest || q.Zone != "" {
		column = "+c.origin_id"
	}
	switch q.Origin {
	case "":
	case FromHere:
		w.add(column + " = 0")
	case FromNeighbours:
		w.add("+c.origin_id > 0") // nearly all cards: no index helps
	default:
		o, err := OriginByName(tx, q.Origin)
		if store.KindOf(err) == store.NotFound {
			o.ID, err = -1, nil // a box nobody here has heard of has no cards
		}
		if err != nil {
			return err
		}
		w.add(column+" = ?", o.ID)
	}
	return nil
}

// without leaves out the cards of Query.Without; boxes nobody here has heard of
// have none.
func (q *Query) without(tx *store.Tx, w *where) error {
	if len(q.Without) == 0 {
		return nil
	}
	known, err := Origins(tx)
	if err != nil {
		return err
	}
	asked := make(map[string]bool, len(q.Without))
	for _, name := range q.Without {
		asked[name] = true
	}
	if asked[FromHere] {
		w.add("+c.origin_id <> 0")
	}
	out := []int64{}
	for i := range known {
		if asked[OriginName(&known[i])] {
			out = append(out, known[i].ID)
		}
	}
	ids, err := json.Marshal(out)
	if err == nil && len(out) > 0 {
		w.add("c.origin_id NOT IN (SELECT value FROM json_each(?))", string(ids))
	}
	return err
}

// OriginByName is the neighbouring box whose key is written in hexadecimal;
// kind NotFound when no card of it was ever here.
func OriginByName(tx *store.Tx, name string) (Origin, error) {
	key, err := hex.DecodeString(name)
	if err != nil || len(key) != 32 {
		return Origin{}, store.E(store.NotFound, "err.not_found")
	}
	return store.One(tx, scanOrigin, sqlOriginByKey, key)
}

// SetWeb notes where people read a neighbouring box's pages: what they type in
// their browser. Empty forgets it. Only links are made of it.
func SetWeb(tx *store.Tx, origin int64, address string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	web, bad := parseWeb(address)
	if bad != nil {
		return bad
	}
	_, err := tx.Exec(sqlSetWeb, web, origin)
	return err
}

// parseWeb is an address as it is stored: http or https, a host and maybe a
// port, and nothing that could lead elsewhere than it seems to.
func parseWeb(address string) (string, *store.Error) {
	bad := store.E(store.Invalid, "err.listing.web").At("web")
	address = strings.TrimSuffix(strings.TrimSpace(address), "/")
	if address == "" {
		return "", nil
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || len(address) > maxWeb || (u.Scheme != "http" && u.Scheme != "https") {
		return "", bad
	}
	host := u.Hostname()
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == ':'
	}
	strange := strings.ContainsFunc(host, func(r rune) bool { return !plain(r) })
	if host == "" || strange || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return "", bad
	}
	return u.Scheme + "://" + u.Host, nil
}
