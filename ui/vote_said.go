package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteSaid is the rule in words, as it is read before the vote opens and for
// ever after (DE-1).
func (r *request) voteSaid(tx *store.Tx, v *vote.Proposal) ([]voteSaid, error) {
	size, who, err := r.rollWords(tx, v)
	if err != nil {
		return nil, err
	}
	rule := &v.Rule
	var lines []voteSaid
	say := func(label, text string) {
		if text != "" {
			lines = append(lines, voteSaid{r.T("vote.say." + label), text})
		}
	}
	if rule.Method == tally.Sorted {
		say("among", who)
		say("method", r.T("vote.say.method_sortition", "n", max(1, rule.Seats)))
		say("draw", r.T("vote.say.draw_is", "when", r.WholeTime(v.ClosesAt)))
		return lines, nil
	}
	say("roll", who+" "+r.T("vote.say.departures_"+string(rule.Departures)))
	if v.Sort == vote.Election {
		r.electionSaid(v, size, say)
		return lines, nil
	}
	say("method", r.T("vote.say.method_"+methodOf(&rule.Rule))+r.methodDetails(&rule.Rule))
	say("threshold", r.thresholdWords(&rule.Rule, size))
	say("quorum", r.quorumWords(&rule.Rule, size))
	say("blanks", r.T("vote.say.blanks_"+blanksCount(&rule.Rule)))
	say("ties", r.tiesWords(rule))
	if rule.Shuffled {
		say("order", r.T("vote.say.order_shuffled"))
	}
	say("closes", r.WholeTime(v.ClosesAt)+". "+r.T("vote.say.closes_alone"))
	if rule.Delegable {
		say("delegable", r.T("vote.say.delegable_yes"))
	}
	say("secret", r.T("vote.say.secret_"+secrecy(rule)))
	if rule.Proxies {
		say("proxies", r.T("vote.say.proxies_yes"))
	}
	return lines, nil
}

// rollWords says who decides, and of how many that is made: the frozen roll, or
// before the vote those who would be on it.
func (r *request) rollWords(tx *store.Tx, v *vote.Proposal) (size int, who string, err error) {
	size = v.RollSize
	if v.State != vote.Voting && v.State != vote.Closed && v.State != vote.Cancelled {
		if size, err = vote.Electorate(tx, v.GroupID); err != nil {
			return 0, "", err
		}
	}
	if v.GroupID == "" {
		return size, r.T("vote.say.roll_residents", "n", size), nil
	}
	name, err := group.NameOf(tx, v.GroupID)
	if err != nil && store.KindOf(err) != store.NotFound {
		return 0, "", err
	}
	return size, r.T("vote.say.roll_group", "n", size, "name", r.Typo(name)), nil
}

// quorumWords says how many must take part.
func (s *speech) quorumWords(r *tally.Rule, roll int) string {
	if r.QuorumDen == 0 {
		return s.T("vote.say.quorum_none")
	}
	return s.T("vote.say.quorum_is", "share", capital(s.shareWords(r.QuorumNum, r.QuorumDen, r.QuorumAtLeast)),
		"n", tally.Least(roll, r.QuorumNum, r.QuorumDen, r.QuorumAtLeast))
}

// secrecy names who sees a ballot.
func secrecy(r *vote.Rule) string {
	switch {
	case r.Secret:
		return "yes"
	case r.Visible:
		return "visible"
	default:
		return "no"
	}
}

// blanksCount tells what blank ballots weigh.
func blanksCount(r *tally.Rule) string {
	switch {
	case r.Method == tally.Consent:
		return "consent"
	case r.Den > 0 && r.Of == tally.OfVoters:
		return "voters"
	case r.Den > 0 && r.Of == tally.OfRoll:
		return "roll"
	default:
		return "expressed"
	}
}

// methodDetails are what a method leaves open, in words.
func (s *speech) methodDetails(r *tally.Rule) (text string) {
	say := func(key string, args ...any) { text += " " + s.T(key, args...) }
	if r.Seats > 1 {
		say("vote.say.seats", "n", r.Seats)
	}
	switch r.Method { //nolint:exhaustive // the others leave nothing open
	case tally.Judgment:
		say("vote.say.grades", "grades", strings.Join(vote.Grades(r.Grades), ", "))
		say("vote.say.judgment_" + cmpOr(r.Variant, "removal"))
	case tally.Score:
		say("vote.say.score", "max", r.MaxScore)
		say("vote.say.mean_" + cmpOr(string(r.Mean), "sum"))
	case tally.Dots:
		say("vote.say.dots", "n", r.Dots)
		say("vote.say.dots_" + map[bool]string{true: "whole", false: "part"}[r.Whole])
	case tally.STV:
		say("vote.say.stv_" + cmpOr(r.Variant, "exact"))
	case tally.Consent:
		say("vote.say.silence_" + map[bool]string{true: "consent", false: "refused"}[r.Silence])
	}
	if r.Method == tally.Judgment || r.Method == tally.Score {
		say("vote.say.missing_" + cmpOr(string(r.Missing), "refused"))
	}
	if r.Ranked() {
		say("vote.say.truncated_" + map[bool]string{true: "yes", false: "no"}[r.Truncated])
	}
	return text
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// thresholdWords says what adopts, with the number it is of the roll where that
// is known already.
func (s *speech) thresholdWords(r *tally.Rule, roll int) string {
	switch {
	case r.Method == tally.Consent:
		return s.T("vote.say.threshold_consent")
	case r.Den == 0 && r.Method == tally.Advice:
		return s.T("vote.say.threshold_advice")
	case r.Den == 0:
		return ""
	}
	words := s.T("vote.say.threshold_is", "share", s.shareWords(r.Num, r.Den, r.AtLeast), "of", s.T("vote.of_words."+cmpOr(string(r.Of), "expressed")))
	if r.Of == tally.OfRoll {
		words += " " + s.T("vote.say.threshold_n", "n", tally.Least(roll, r.Num, r.Den, r.AtLeast))
	}
	return words
}

// shareWords is "plus de la moitié", "au moins les deux tiers", "au moins 5/8".
func (s *speech) shareWords(num, den int, atLeast bool) string {
	if name := shareName(num, den, atLeast); name != "other" {
		return s.T("vote.share_words." + name)
	}
	return s.T("vote.share_words.other", "share", strconv.Itoa(num)+"/"+strconv.Itoa(den))
}

// tiesWords says what happens with equal results.
func (s *speech) tiesWords(r *vote.Rule) string {
	switch {
	case r.Chosen:
		return s.T("vote.say.ties_chosen")
	case r.Method == tally.Consent, r.Method == tally.Majority && r.Variant == "", r.Method == tally.Advice:
		return ""
	case r.Ties == tally.TiesDrawn, r.Method == tally.Runoff, r.Method == tally.STV:
		return s.T("vote.say.ties_draw")
	default:
		return s.T("vote.say.ties_stand")
	}
}

// voteCaution warns of what a secret vote of few reveals, and says what a box
// is not for (SE-1, SE-5).
func (r *request) voteCaution(tx *store.Tx, v *vote.Proposal) (list []noticeView) {
	n, err := vote.Electorate(tx, v.GroupID)
	if v.RollSize > 0 {
		n = v.RollSize
	}
	if err == nil && v.Rule.Secret && n < vote.SmallRoll {
		list = append(list, noticeView{Kind: "attention", Text: r.T("vote.caution.small", "n", n)})
	}
	if v.IsEarly() {
		list = append(list, noticeView{Text: r.T("vote.caution.legal"), Href: "/aide/decisions", Action: r.T("vote.caution.more")})
	}
	return list
}
