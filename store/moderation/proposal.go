package moderation

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// State is how far a proposal is.
type State uint8

// The states of a proposal.
const (
	Waiting State = iota
	Accepted
	Refused
)

// Proposal is something a visitor would like to see published.
type Proposal struct {
	ID         string
	Module     string // that will own it
	Title      string
	Payload    json.RawMessage // what the module's form held; empty some time after the decision
	State      State
	Reason     Reason // of a refusal
	ReasonText string
	ThingID    string // what it became
	Appeal     string // words of the proposer who asks once more, after a refusal; empty before
	CreatedAt  time.Time
	DecidedAt  time.Time

	refusedBy string // who said no the first time
}

// kept is how long a decided proposal can be followed.
const kept = 30 * 24 * time.Hour

// Propose queues p and returns the code under which its proposer follows it.
// The sixth within an hour from one source fails with kind Busy.
func Propose(tx *store.Tx, p *Proposal, from Source) (code string, err error) {
	if bad := listing.CheckTitle(p.Title); bad != nil {
		return "", bad
	}
	if len(p.Payload) == 0 || len(p.Payload) > MaxPayload || !json.Valid(p.Payload) {
		return "", store.E(store.Invalid, "err.moderation.payload")
	}
	if err := from.allow(tx, actPropose, PerHour, "err.moderation.too_many"); err != nil {
		return "", err
	}
	if tx.ClockQuality().Sure() {
		if _, err := tx.Exec(sqlForgetProposals, tx.Now.Add(-kept).Unix()); err != nil {
			return "", err
		}
	}
	p.ID, p.State, p.CreatedAt = tx.NewID(), Waiting, tx.Now
	code = strings.ToUpper(store.NewID())
	_, err = tx.Exec(sqlPropose, p.ID, p.Module, p.Title, string(p.Payload), followHash(code), tx.Now.Unix())
	return code, err
}

// followHash is how a follow-up code is kept, whatever case it is typed in.
func followHash(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(code))))
	return sum[:]
}

// Follow is the proposal of a follow-up code, for whoever holds the code.
func Follow(tx *store.Tx, code string) (Proposal, error) {
	return store.One(tx, scanProposal, sqlFollow, followHash(code))
}

// Queue lists the proposals that wait, the oldest first.
func Queue(tx *store.Tx) ([]Proposal, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, scanProposal, sqlQueue)
}

// Get is a proposal, for a moderator.
func Get(tx *store.Tx, id string) (Proposal, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Proposal{}, err
	}
	return store.One(tx, scanProposal, sqlProposal, id)
}

// Accept notes that a proposal became the thing ref, in the transaction that
// made the thing. It fails with kind Conflict when it was decided before.
func Accept(tx *store.Tx, id string, ref store.Ref) error {
	p, err := waiting(tx, id)
	if err != nil {
		return err
	}
	if err := decide(tx, p.ID, Accepted, "", "", ref.ID); err != nil {
		return err
	}
	return log(tx, "accept", p.Module, ref, "", Cause{})
}

// Refuse answers a proposal with a reason of Refusals and words its proposer
// reads (MD-1).
func Refuse(tx *store.Tx, id string, reason Reason, text string) error {
	p, err := waiting(tx, id)
	if err != nil {
		return err
	}
	if err := checkReason(Refusals, reason, text); err != nil {
		return err
	}
	if err := decide(tx, p.ID, Refused, reason, text, ""); err != nil {
		return err
	}
	return log(tx, "refuse", p.Module, store.Ref{}, "", Cause{Reason: reason})
}

func waiting(tx *store.Tx, id string) (Proposal, error) {
	p, err := Get(tx, id)
	if err == nil && p.State != Waiting {
		err = store.E(store.Conflict, "err.moderation.decided")
	}
	if err == nil {
		err = notFirst(tx, p.refusedBy)
	}
	return p, err
}

func decide(tx *store.Tx, id string, s State, reason Reason, text, thing string) error {
	_, err := tx.Exec(sqlDecide, s, reason, text, thing, tx.Now.Unix(), tx.Actor.ID, id)
	return err
}

func scanProposal(r store.Row) (Proposal, error) {
	var p Proposal
	var payload string
	var created int64
	var decided *int64
	err := r.Scan(&p.ID, &p.Module, &p.Title, &payload, &p.State, &p.Reason, &p.ReasonText, &p.ThingID, &created, &decided, &p.refusedBy, &p.Appeal)
	p.Payload, p.CreatedAt = json.RawMessage(payload), time.Unix(created, 0).UTC()
	if decided != nil {
		p.DecidedAt = time.Unix(*decided, 0).UTC()
	}
	return p, err
}
