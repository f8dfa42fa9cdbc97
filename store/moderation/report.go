package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// Complaint is what people report about one thing, together.
type Complaint struct {
	Ref     store.Ref
	Reports []Report // the oldest first
	Mine    bool     // the acting moderator reported it, and must leave it to another
	Pending bool     // it is hidden meanwhile
	Wave    bool     // they came together, as if somebody had called for them (MD-3)
}

// Report is one person's word about a thing.
type Report struct {
	Reason Reason
	Text   string
	At     time.Time
	Light  bool // it weighs nothing
}

// File reports a thing, once for each person or source. It returns false when
// they had said so already, which changes nothing. With as many reports as the
// box's Rule says an own thing is hidden until a moderator decides (PA-6).
// author is who wrote the thing, empty when nobody on this box did.
func File(tx *store.Tx, ref store.Ref, author string, reason Reason, text string, from Source) (bool, error) {
	c, err := Find(tx, ref)
	if err != nil {
		return false, err
	}
	if c.Hidden && !tx.Actor.Can(store.Moderator) { // who reads only that it is hidden
		return false, store.E(store.NotFound, "err.not_found")
	}
	if err := checkReason(ReasonsFor(ref), reason, text); err != nil {
		return false, err
	}
	if tx.Actor.ID == "" {
		if first, err := from.once(tx, actReport+" "+ref.String()); err != nil || !first {
			return false, err
		}
		if err := from.allow(tx, actReport, ReportsHour, "err.moderation.too_many_reports"); err != nil {
			return false, err
		}
	}
	weighs, err := weight(tx)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(sqlReport, tx.NewID(), ref.Module, ref.ID, reason, text, tx.Actor.ID, tx.Now.Unix(), weighs)
	if store.IsUnique(err) {
		return false, nil
	}
	if err == nil {
		err = shelf(ref).Examine(tx, ref, true)
	}
	if err == nil {
		err = weigh(tx, &c, author)
	}
	return err == nil, err
}

// Open lists the things with undecided reports, the longest waiting first.
func Open(tx *store.Tx) ([]Complaint, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	type row struct {
		ref store.Ref
		Report
		reporter string
	}
	rows, err := store.All(tx, func(r store.Row) (v row, err error) {
		var at, weighs int64
		err = r.Scan(&v.ref.Module, &v.ref.ID, &v.Reason, &v.Text, &v.reporter, &at, &weighs)
		v.Light, v.At = weighs == 0, time.Unix(at, 0).UTC()
		return v, err
	}, sqlReports)
	if err != nil {
		return nil, err
	}
	var out []Complaint
	at := map[store.Ref]int{}
	for _, v := range rows {
		i, ok := at[v.ref]
		if !ok {
			i = len(out)
			at[v.ref], out = i, append(out, Complaint{Ref: v.ref})
		}
		out[i].Reports = append(out[i].Reports, v.Report)
		out[i].Mine = out[i].Mine || (v.reporter != "" && v.reporter == tx.Actor.ID)
	}
	rule, err := RuleOf(tx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		h, hidden, err := HiddenWhy(tx, out[i].Ref)
		if err != nil {
			return nil, err
		}
		out[i].Pending, out[i].Wave = hidden && h.Pending, rule.wave(out[i].Reports)
	}
	return out, nil
}

// ReportsOf lists what people report about a thing and nobody has decided on,
// the oldest first, for a moderator of the box.
func ReportsOf(tx *store.Tx, ref store.Ref) ([]Report, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, func(r store.Row) (v Report, err error) {
		var at, weighs int64
		err = r.Scan(&v.Reason, &v.Text, &at, &weighs)
		v.Light, v.At = weighs == 0, time.Unix(at, 0).UTC()
		return v, err
	}, sqlReportsOf, ref.Module, ref.ID)
}

// ReportCount is how many they are, for who moderates where the thing stands:
// its caller has asked.
func ReportCount(tx *store.Tx, ref store.Ref) (int, error) {
	return store.One(tx, store.Scan[int], sqlReportCount, ref.Module, ref.ID)
}

// Dismiss closes the reports about a thing as unfounded, and puts it back when
// they had hidden it. author is who wrote the thing, empty when nobody on this box did.
func Dismiss(tx *store.Tx, ref store.Ref, author string) error {
	c, err := decidable(tx, ref, author)
	if err != nil {
		return err
	}
	if err := closeReports(tx, ref, false); err != nil {
		return err
	}
	if h, hidden, err := HiddenWhy(tx, ref); err != nil {
		return err
	} else if hidden && h.Pending {
		if err := restore(tx, &c, author); err != nil {
			return err
		}
	}
	return log(tx, "dismiss", c.Kind, ref, author, Cause{})
}

// closeReports answers the reports about a thing, and tells who made them.
func closeReports(tx *store.Tx, ref store.Ref, upheld bool) error {
	who, err := store.All(tx, store.Scan[string], sqlReporters, ref.Module, ref.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDecideReports, tx.Now.Unix(), upheld, tx.Actor.ID, ref.Module, ref.ID); err != nil {
		return err
	}
	told := "notify.moderation_left"
	if upheld {
		told = "notify.moderation_upheld"
	}
	for _, account := range who {
		if err := notify.Tell(tx, account, ref, told); err != nil {
			return err
		}
	}
	return shelf(ref).Examine(tx, ref, false)
}

// decidable is a content the acting person may decide on: as a moderator of the
// box, or of the place it stands in.
func decidable(tx *store.Tx, ref store.Ref, author string) (Content, error) {
	c, err := Find(tx, ref)
	if err != nil {
		return c, err
	}
	if tx.VouchedFor(ref) {
		author = tx.Actor.ID
	}
	if err := c.notOwn(tx, author); err != nil {
		return c, err
	}
	return c, notReported(tx, ref)
}

// undecided refuses a moderator of the box who wrote the thing, answers for it
// (see store.Tx.Entrust) or reported it (MD-2).
func undecided(tx *store.Tx, ref store.Ref, author string) error {
	if tx.VouchedFor(ref) {
		author = tx.Actor.ID
	}
	if err := notOwn(tx, author); err != nil {
		return err
	}
	return notReported(tx, ref)
}

// notReported refuses who reported a thing.
func notReported(tx *store.Tx, ref store.Ref) error {
	n, err := store.One(tx, store.Scan[int], sqlOwnReports, ref.Module, ref.ID, tx.Actor.ID)
	if err == nil && n > 0 {
		err = store.E(store.Forbidden, "err.moderation.own")
	}
	return err
}
