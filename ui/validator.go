package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// validator names what a visitor is about to read of lists, without making it:
// the same name means the same bytes, if not the other way round (RFC 9110
// §8.8.3, weak). It changes with every commit, whenever something begins, ends
// or expires, at midnight and when the box starts. It is empty for whom the
// page cache keeps nothing.
func (r *request) validator() (string, error) {
	lead, ok := r.Response().Writer.(*leader)
	if !ok || r.actor.ID != "" || r.nocopy {
		return "", nil
	}
	var next int64
	err := r.View(func(tx *store.Tx) error {
		at, err := listing.NextChange(tx)
		next = at.Unix()
		return err
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d %+v", r.s.boot, lead.version, next, midnight(r.now, r.s.zone).Unix(), lead.key))
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`, nil
}

// matches tells whether a list of validators a client has holds one, both taken
// as weak (RFC 9110 §13.1.2).
func matches(list, etag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}
