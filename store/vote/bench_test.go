package vote_test

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// crowd is how many ballots are in the urn already.
const crowd = 5000

// BenchmarkCast puts a ballot of a secret vote into an urn of 5,000, which is
// written anew as a whole each time; "bare" is one row in a transaction of its
// own, "named" a ballot of a vote that is not secret beside 5,000 others.
func BenchmarkCast(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		v := newVillage(b, 1)
		v.update(keeper, func(tx *store.Tx) error {
			_, err := tx.Exec(`CREATE TABLE vote_bare (n INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT`)
			return err
		})
		for b.Loop() {
			v.update(keeper, func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO vote_bare (word) VALUES ('{"values":[1,0]}')`)
				return err
			})
		}
	})
	b.Run("named", func(b *testing.B) { casts(b, rule(simple)) })
	b.Run("secret", func(b *testing.B) { casts(b, rule(simple, secret)) })
}

// casts lets the same few people vote again and again beside the crowd: a mark
// is taken off between two votes, outside of what is measured.
func casts(b *testing.B, r vote.Rule) {
	v := newVillage(b, crowd+1)
	p := v.open(r)
	v.update(keeper, func(tx *store.Tx) error {
		for _, who := range v.people[1:] {
			if err := voted(tx, p, who.ID); err != nil {
				return err
			}
		}
		if !p.Rule.Secret {
			return nil
		}
		_, err := tx.Exec(`UPDATE vote_urns_sealed SET ballots = ? WHERE proposal_id = ?`, strings.TrimSuffix(strings.Repeat("{\"values\":[1,0]}\n", crowd), "\n"), p.ID)
		return err
	})
	b.ResetTimer()
	for b.Loop() {
		v.update(v.people[0], func(tx *store.Tx) error {
			return vote.Cast(tx, p.ID, vote.Answer{Ballot: tally.Ballot{Values: []int{0, 1}}})
		})
		b.StopTimer()
		v.update(keeper, func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM vote_marks_sealed WHERE account_id = ?`, v.people[0].ID)
			return err
		})
		b.StartTimer()
	}
}

// voted marks somebody as having voted, with a ballot beside them in a vote that
// is not secret.
func voted(tx *store.Tx, p vote.Proposal, who string) error {
	if p.Rule.Secret {
		_, err := tx.Exec(`INSERT INTO vote_marks_sealed (proposal_id, account_id, how) VALUES (?, ?, 'web')`, p.ID, who)
		return err
	}
	if _, err := tx.Exec(`INSERT INTO vote_ballots (proposal_id, account_id, ballot, reason, answer) VALUES (?, ?, '{"values":[1,0]}', '', '')`, p.ID, who); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE vote_roll SET how = 'web' WHERE proposal_id = ? AND account_id = ?`, p.ID, who)
	return err
}
