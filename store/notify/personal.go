package notify

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: what they follow, and what
// they were told.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"notify_follows", "notify_notices", "notify_waits"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Follows []Followed `json:"follows,omitempty"`
	Notices []Told     `json:"notices,omitempty"`
}

// Followed is a follow as its owner gets it back.
type Followed struct {
	What   What      `json:"what"`
	Target string    `json:"target"`
	Name   string    `json:"name,omitempty"`
	Often  string    `json:"often"`
	Since  time.Time `json:"since"`
}

// Told is a notice as its reader gets it back.
type Told struct {
	About string    `json:"about"` // module/id
	Key   string    `json:"key"`
	At    time.Time `json:"at"`
	Read  bool      `json:"read"`
}

// oftenNames are the values of Often in exports, addresses and forms.
var oftenNames = [...]string{"never", "at_once", "daily", "weekly"}

// String is its name.
func (o Often) String() string {
	if int(o) < len(oftenNames) {
		return oftenNames[o]
	}
	return "unknown"
}

// ParseOften is the inverse of String; it fails with kind Invalid.
func ParseOften(s string) (Often, error) {
	for i, name := range oftenNames {
		if name == s {
			return Often(i), nil
		}
	}
	return Never, store.E(store.Invalid, "err.notify.often").At("often")
}

// all is more lines than anybody has.
const all = 1 << 30

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	follows, err := store.All(tx, scanFollow, sqlFollows, account)
	if err != nil {
		return nil, err
	}
	for _, f := range follows {
		h.Follows = append(h.Follows, Followed{f.What, f.Target, f.Name, f.Often.String(), f.Since})
	}
	notices, err := store.All(tx, scanNotice, sqlNotices, account, all, 0)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		h.Notices = append(h.Notices, Told{n.About.String(), n.Key, n.At, n.Read})
	}
	if len(follows) == 0 && len(notices) == 0 {
		return nil, nil
	}
	return h, nil
}

// erase forgets all of it, whatever becomes of what the person wrote: none of
// it is anybody else's.
func erase(tx *store.Tx, account string, _ store.Erasure) error {
	for _, statement := range []string{sqlEraseWaits, sqlEraseNotices, sqlEraseFollows} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
