package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/directory"
)

// minePage is what a person has published, and what the organisations they
// answer for have.
type minePage struct {
	page
	Ads  []*adPage
	Form *form // of the operator's rule
}

// minesShown bounds a page that has no second one: nobody has more that are
// not over.
const minesShown = 300

// adsMine lists a person's ads, those that stand first.
func (s *Server) adsMine(r *request) error {
	p := &minePage{page: r.page("ads.mine.title")}
	p.Section = "annonces"
	err := r.View(func(tx *store.Tx) error {
		list, err := ads.Of(tx, r.actor.ID, minesShown)
		if err != nil {
			return err
		}
		others, err := r.standing(tx, list)
		if err != nil {
			return err
		}
		for _, past := range []bool{false, true} {
			for _, a := range append(list, others...) {
				if a.Past() != past {
					continue
				}
				line, err := r.mineAd(tx, a)
				if err != nil {
					return err
				}
				p.Ads = append(p.Ads, line)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("ads/mine", p)
}

// standing are the ads in the name of the organisations the person answers
// for, less those they wrote.
func (r *request) standing(tx *store.Tx, mine []ads.Ad) ([]ads.Ad, error) {
	seen := map[string]bool{}
	for i := range mine {
		seen[mine[i].ID] = true
	}
	elements, err := directory.InCharge(tx)
	if err != nil {
		return nil, err
	}
	var list []ads.Ad
	for i := range elements {
		ids, err := directory.Things(tx, elements[i].ID, directory.Organiser, ads.Module)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			a, err := ownAd(tx, id)
			if err != nil {
				return nil, err
			}
			list = append(list, a)
		}
	}
	return list, nil
}

// mineAd is one line of that list: an ad with what may be done about it.
func (r *request) mineAd(tx *store.Tx, a ads.Ad) (*adPage, error) {
	p := &adPage{page: page{localizer: r.localizer}, Ad: a, Mine: true, Canonical: thingHref(a.Ref())}
	if err := r.describeAd(tx, p); err != nil {
		return nil, err
	}
	if a.State != ads.Available {
		p.Flag = r.T("ads.flag." + string(a.State))
	}
	p.Standing = r.T("ads.until", "day", r.Day(a.ExpiresAt))
	if a.State == ads.Waiting {
		p.Standing = r.T("ads.waits_short")
	}
	if a.Past() {
		p.Standing = r.T("ads.ended", "day", r.Day(a.EndedAt))
	}
	if err := r.adRenewal(tx, p); err != nil {
		return nil, err
	}
	e, ok, err := directory.InWhoseName(tx, a.Ref())
	if ok {
		p.For = r.standOf(e)
	}
	return p, err
}

// adsRule is what the operator decides about all ads.
func (s *Server) adsRule(r *request) error {
	p := &minePage{page: r.page("ads.rule.title")}
	err := r.View(func(tx *store.Tx) error {
		rule, err := ads.RuleOf(tx)
		p.Form = r.emptyForm("days", strconv.Itoa(rule.Days), "renewals", strconv.Itoa(rule.Renewals))
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("ads/rule", p)
}

// adsRuleSet changes it.
func (s *Server) adsRuleSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rule := ads.Rule{Days: f.int("days"), Renewals: f.int("renewals")}
	if f.ok() {
		err = r.enact(f, account.ActRulesAds, func(tx *store.Tx) error { return ads.SetRule(tx, rule) })
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("ads/rule", &minePage{page: r.page("ads.rule.title"), Form: f})
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/annonces", "ads.rule.set")
}
