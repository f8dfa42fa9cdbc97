package moderation

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: what they reported, and
// that they asked for a second opinion, and that they decided as a moderator.
var Personal = store.Personal{
	Module: "moderation",
	Tables: []string{
		"moderation_proposals", "moderation_reports", "moderation_hidings", "moderation_holds",
		"moderation_decisions", "moderation_appeals", "moderation_removals", "moderation_sealings",
	},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Reports   []Filed `json:"reports"`
	Appeals   []Asked `json:"appeals,omitempty"`
	Decisions int     `json:"decisions"` // taken as a moderator
}

// Filed is a report as its author gets it back.
type Filed struct {
	About  string    `json:"about"` // module/id
	Reason Reason    `json:"reason"`
	Text   string    `json:"text,omitempty"`
	At     time.Time `json:"at"`
}

// Asked is an appeal as who made it gets it back.
type Asked struct {
	About  string    `json:"about"` // module/id
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	Answer string    `json:"answer,omitempty"`
}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	var err error
	h.Reports, err = store.All(tx, func(r store.Row) (f Filed, err error) {
		var ref store.Ref
		var at int64
		err = r.Scan(&ref.Module, &ref.ID, &f.Reason, &f.Text, &at)
		f.About, f.At = ref.String(), time.Unix(at, 0).UTC()
		return f, err
	}, sqlReportsBy, account)
	if err != nil {
		return nil, err
	}
	h.Appeals, err = store.All(tx, func(r store.Row) (a Asked, err error) {
		var ref store.Ref
		var at int64
		err = r.Scan(&ref.Module, &ref.ID, &a.Text, &at, &a.Answer)
		a.About, a.At = ref.String(), time.Unix(at, 0).UTC()
		return a, err
	}, sqlAppealsBy, account)
	if err != nil {
		return nil, err
	}
	if h.Decisions, err = store.One(tx, store.Scan[int], sqlDecisionsByMod, account); err != nil {
		return nil, err
	}
	if len(h.Reports)+len(h.Appeals)+h.Decisions == 0 {
		return nil, nil
	}
	return h, nil
}

func erase(tx *store.Tx, account string, how store.Erasure) error {
	statements := []string{
		sqlReportsUnname, sqlReportsUnmod, sqlProposalsUnmod, sqlHidingsUnmod, sqlHoldsUnmod,
		sqlDecisionsUnmod, sqlDecisionsUnwho, sqlDecisionsUnref, sqlAppealsErase, sqlAppealsUnmod, sqlRemovalsUnmod, sqlRemovalsUnwho,
		sqlSealingsUnmod, sqlHoldsUnfirst, sqlProposalsFirst,
	}
	if how == store.EraseAll {
		statements[0] = sqlReportsErase
	}
	for _, s := range statements {
		if _, err := tx.Exec(s, account); err != nil {
			return err
		}
	}
	return nil
}
