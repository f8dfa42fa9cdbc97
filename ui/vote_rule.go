package ui

import (
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteRuleChoices are what the form of a rule offers; a list that is empty is
// not asked.
type voteRuleChoices struct {
	Threshold, Of, Quorum, Secret, Departures, Silence, Ties, Missing, Variant, Mean, Grades []choice

	Score, Dots, Seats, Equal, Truncated, Shuffled, Draws, Delegable, Proxies bool
}

// voteMethods are the methods there is a page for: those that ask for or
// against, and those that choose among several.
var (
	singleMethods   = []string{"majority", "consent"}
	dateMethods     = []string{"date"}
	lotMethods      = []string{"sortition"}
	electionMethods = []string{"nocandidate"}
	choiceMethods   = []string{"judgment", "approval", "choice", "score", "dots", "schulze", "runoff", "stv", "advice", "opinions"}
)

// methodIcons are the pictures of the methods.
var methodIcons = map[string]string{
	"majority": "vote", "consent": "handshake", "judgment": "scale", "approval": "list-checks", "choice": "vote", "score": "star", "dots": "ticket",
	"date": "calendar-days", "schulze": "repeat", "runoff": "arrow-down", "stv": "users", "advice": "lightbulb", "opinions": "lightbulb",
	"nocandidate": "users",
}

// methodRule begins the rule of a method.
func methodRule(method string) (r tally.Rule) {
	switch method {
	case "choice":
		r.Method, r.Variant = tally.Majority, tally.VariantChoice
	case "opinions":
		r.Method, r.Variant = tally.Advice, tally.VariantSeveral
	default:
		r.Method = tally.Method(method)
	}
	return r
}

// methodOf is the method of a rule as pages name it.
func methodOf(r *tally.Rule) string {
	switch {
	case r.Method == tally.Majority && r.Variant == tally.VariantChoice:
		return "choice"
	case r.Method == tally.Advice && r.Variant == tally.VariantSeveral:
		return "opinions"
	default:
		return string(r.Method)
	}
}

// share is a threshold or a quorum as it is chosen.
type share struct {
	num, den int
	atLeast  bool
}

// shares by their names in forms.
var shares = map[string]share{
	"none": {}, "quarter": {1, 4, true}, "over_quarter": {1, 4, false}, "third": {1, 3, true}, "half": {1, 2, false}, "fifths": {3, 5, true},
	"two_thirds": {2, 3, true}, "three_quarters": {3, 4, true}, "nine_tenths": {9, 10, true}, "all": {1, 1, true},
}

func shareName(num, den int, atLeast bool) string {
	for name, s := range shares {
		if s == (share{num, den, atLeast}) {
			return name
		}
	}
	return "other"
}

// options makes choices of a family of sentences.
func (s *speech) options(family string, names ...string) (list []choice) {
	for _, name := range names {
		c := choice{Value: name, Label: s.T(family + name)}
		if s.has(family + name + "_eg") {
			c.Help = s.T(family + name + "_eg")
		}
		list = append(list, c)
	}
	return list
}

// ruleChoices are what there is to choose for a method.
func (s *speech) ruleChoices(method string) (c voteRuleChoices) {
	if method == "sortition" {
		return voteRuleChoices{Seats: true, Draws: true}
	}
	c.Quorum = s.options("vote.share.", "none", "quarter", "over_quarter", "third", "half", "two_thirds", "other")
	c.Departures = s.options("vote.departures.", "kept", "removed")
	if method == "nocandidate" {
		c.Silence = s.options("vote.silence.", "refused", "extended", "consent")
		return c
	}
	if method != "consent" {
		c.Secret, c.Delegable = s.options("vote.secret.", "secret", "named", "visible"), true
	}
	limits := []string{"half", "fifths", "two_thirds", "three_quarters", "nine_tenths", "all", "other"}
	switch method {
	case "majority":
		c.Threshold, c.Of = s.options("vote.share.", limits...), s.options("vote.of.", "expressed", "voters", "roll")
	case "choice", "approval":
		c.Threshold, c.Of = s.options("vote.share.", append([]string{"none"}, limits...)...), s.options("vote.of.", "expressed", "voters", "roll")
		c.Seats = true
	case "consent":
		c.Silence = s.options("vote.silence.", "refused", "extended", "consent")
	case "judgment":
		c.Grades, c.Missing = s.options("vote.grades.", "5", "6", "7", "3"), s.options("vote.missing.", "refused", "worst")
		c.Variant, c.Seats = s.options("vote.judgment.", "removal", "typical", "central", "usual"), true
	case "score":
		c.Score, c.Seats = true, true
		c.Missing, c.Mean = s.options("vote.missing.", "refused", "worst", "skipped"), s.options("vote.mean.", "sum", "mean-given", "mean-all")
	case "dots":
		c.Dots, c.Seats = true, true
	case "schulze":
		c.Equal, c.Truncated = true, true
	case "runoff":
		c.Truncated = true
	case "stv":
		c.Truncated, c.Seats = true, true
		c.Variant = s.options("vote.stv.", "exact", "scottish")
	}
	// A runoff and a transferable vote cannot go on without the draw: nothing to choose.
	if !slices.Contains([]string{"majority", "consent", "advice", "opinions", "runoff", "stv"}, method) {
		c.Ties = s.options("vote.ties.", "stand", "chosen", "draw")
	}
	c.Shuffled = method != "majority" && method != "consent" && method != "date"
	if method == "date" {
		c.Quorum, c.Secret = nil, s.options("vote.secret.", "visible", "named", "secret")
	}
	return c
}

// ruleTyped reads a rule as it was typed.
func (f *form) ruleTyped(method string) vote.Rule {
	r := vote.Rule{Rule: methodRule(method), Departures: vote.Departure(f.text("departures"))}
	asked := f.ruleChoices(method)
	if asked.Threshold != nil {
		r.Num, r.Den, r.AtLeast = f.share("threshold")
	}
	if r.Den > 0 {
		r.Of = tally.Denominator(f.text("of"))
	}
	q := f.quorum()
	r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = q.QuorumNum, q.QuorumDen, q.QuorumAtLeast
	if asked.Secret != nil {
		r.Secret, r.Visible = f.text("secret") == "secret", f.text("secret") == "visible"
	}
	r.Delegable = f.has("delegable")
	r.Silence, r.Extend = f.text("silence") == "consent", f.text("silence") == "extended"
	r.Missing, r.Mean = tally.MissingRule(f.text("missing")), tally.Mean(f.text("mean"))
	r.MaxScore, r.Dots, r.Grades = f.int("max_score"), f.int("dots"), f.int("grades")
	r.Whole, r.Equal, r.Truncated, r.Proxies = f.has("whole"), f.has("equal"), f.has("truncated"), f.has("proxies")
	switch {
	case asked.Ties == nil:
	case f.text("ties") == "draw":
		r.Ties = tally.TiesDrawn
	case f.text("ties") == "chosen":
		r.Chosen = true
	}
	r.Shuffled = asked.Shuffled && f.has("shuffled")
	if v := f.text("variant"); r.Variant == "" && v != "removal" && v != "exact" {
		r.Variant = v
	}
	if n := f.int("seats"); n > 1 {
		r.Seats = n
	}
	return r
}

// quorum reads the quorum alone.
func (f *form) quorum() (r vote.Rule) {
	r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = f.share("quorum")
	return r
}

// share reads a share that was chosen, or typed as "5/8".
func (f *form) share(name string) (num, den int, atLeast bool) {
	if s, ok := shares[f.text(name)]; ok {
		return s.num, s.den, s.atLeast
	}
	if f.text(name) != "other" {
		return 0, 0, false
	}
	a, b, ok := strings.Cut(strings.ReplaceAll(f.text(name+"_other"), " ", ""), "/")
	num, err1 := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || num < 1 || den < 1 || num > den || den > 1000 {
		f.fault(name+"_other", "err.vote.share")
		return 0, 0, false
	}
	return num, den, true
}

// ruleWritten writes a rule into a form; of a new one the first values.
func (r *request) ruleWritten(v *vote.Proposal, method string) *form {
	f := r.emptyForm("method", method, "threshold", "half", "of", "expressed", "quorum", "none", "secret", "secret", "departures", "kept",
		"silence", "refused", "ties", "stand", "missing", "refused", "grades", "5", "variant", "removal", "mean", "sum", "max_score", "10",
		"dots", "8", "closes_time", "19:00")
	switch method {
	case "choice", "approval":
		f.values.Set("threshold", "none")
	case "stv":
		f.values.Set("variant", "exact")
	case "date":
		f.values.Set("ties", "chosen")
		f.values.Set("secret", "visible")
	case "schulze", "runoff":
		f.values.Set("truncated", "1")
	}
	old := &v.Rule
	if methodOf(&old.Rule) != method {
		return f
	}
	for name, value := range map[string]string{
		"threshold": shareName(old.Num, old.Den, old.AtLeast), "quorum": shareName(old.QuorumNum, old.QuorumDen, old.QuorumAtLeast),
		"departures": string(old.Departures), "of": string(old.Of), "missing": string(old.Missing), "mean": string(old.Mean),
		"grades": seats(old.Grades), "max_score": seats(old.MaxScore), "dots": seats(old.Dots), "seats": seats(old.Seats),
		"closes": dayOf(v.Closes), "closes_time": hourOf(v.Closes), "variant": old.Variant,
	} {
		if value != "" {
			f.values.Set(name, value)
		}
	}
	f.values.Set("threshold_other", strconv.Itoa(old.Num)+"/"+strconv.Itoa(old.Den))
	f.values.Set("quorum_other", strconv.Itoa(old.QuorumNum)+"/"+strconv.Itoa(old.QuorumDen))
	for name, on := range map[string]bool{
		"whole": old.Whole, "equal": old.Equal, "truncated": old.Truncated, "shuffled": old.Shuffled, "delegable": old.Delegable,
		"proxies": old.Proxies,
	} {
		f.values.Set(name, map[bool]string{true: "1"}[on])
	}
	switch {
	case old.Visible:
		f.values.Set("secret", "visible")
	case !old.Secret:
		f.values.Set("secret", "named")
	}
	switch {
	case old.Ties == tally.TiesDrawn:
		f.values.Set("ties", "draw")
	case old.Chosen:
		f.values.Set("ties", "chosen")
	default:
		f.values.Set("ties", "stand")
	}
	switch {
	case old.Silence:
		f.values.Set("silence", "consent")
	case old.Extend:
		f.values.Set("silence", "extended")
	}
	return f
}

// rulePage is the page of a rule's form, or of the choice of its method.
func (r *request) rulePage(f *form, method string) (*votePage, error) {
	p := &votePage{page: r.page("vote.rule.title"), Form: f, Href: votePath + "/" + r.Param("id"), Method: method}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Vote, err = vote.Managed(tx, r.Param("id")); err == nil && !p.Vote.IsEarly() {
			err = store.E(store.Conflict, "err.vote.locked")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	methods := methodsFor(&p.Vote)
	if len(methods) == 1 {
		method = methods[0]
		p.Method = method
	}
	for _, m := range methods {
		p.Doors = append(p.Doors, aidDoor{
			door: door{p.Href + "/regle?methode=" + m, methodIcons[m], r.T("vote.method." + m), "votes"}, Help: r.T("vote.method." + m + "_eg"), Current: m == method,
		})
	}
	if !slices.Contains(methods, method) {
		p.Method = ""
		return p, nil
	}
	p.Choices = r.ruleChoices(method)
	p.Choices.Proxies = p.Vote.GroupID != "" && p.Vote.Sort != vote.Election // residents at large hold no meeting here
	if f == nil {
		p.Form = r.ruleWritten(&p.Vote, method)
	}
	return p, nil
}

// voteRule asks for a method, then is the form of its rule.
func (s *Server) voteRule(r *request) error {
	method := r.QueryParam("methode")
	p, err := r.rulePage(nil, method)
	if err != nil {
		return err
	}
	return r.Render("vote/rule", p)
}

// votePrepare writes the rule; the page of the proposal then says it in words.
func (s *Server) votePrepare(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	method := f.text("method")
	p, err := r.rulePage(f, method)
	if err != nil {
		return err
	}
	if p.Method == "" {
		return errBadText
	}
	t := vote.Terms{Rule: f.ruleTyped(method), Closes: f.closes(), Zone: f.zone.String()}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return vote.Prepare(tx, p.Vote.ID, t) })
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("vote/rule", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Href, "vote.prepared")
}

// QuorumChoices are the quorums a second vote may have. The one there was is
// chosen until somebody chooses another, which the statutes must allow (DE-3).
func (p *votePage) QuorumChoices() []choice {
	list := p.speech().options("vote.share.", "none", "quarter", "over_quarter", "third", "half", "two_thirds", "other")
	r := &p.Vote.Rule
	was := shareName(r.QuorumNum, r.QuorumDen, r.QuorumAtLeast)
	for i := range list {
		list[i].Chosen = list[i].Value == was && !p.Form.has("quorum")
	}
	return list
}

// QuorumOther is the quorum there was as it is typed where it has no name.
func (p *votePage) QuorumOther() string {
	r := &p.Vote.Rule
	if shareName(r.QuorumNum, r.QuorumDen, r.QuorumAtLeast) != "other" {
		return ""
	}
	return strconv.Itoa(r.QuorumNum) + "/" + strconv.Itoa(r.QuorumDen)
}
