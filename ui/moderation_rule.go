package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/category"
	"copi.local/store/moderation"
)

// hiddenWhy says to its author and to moderators why a thing is hidden; empty
// when it is not.
func (r *request) hiddenWhy(tx *store.Tx, ref store.Ref) (string, error) {
	h, hidden, err := moderation.HiddenWhy(tx, ref)
	if err != nil || !hidden {
		return "", err
	}
	if h.Pending {
		return r.T(r.of("moderation.pending_why", messageKind(ref)), "reason", r.reason(string(h.Reason), h.Text)), nil
	}
	return r.reason(string(h.Reason), h.Text), nil
}

// moderationRulePage is what the operator decides about moderation.
type moderationRulePage struct {
	formPage
	Cautions []cautionView
	Sets     []categorySet // whose categories can ask something
}

// cautionView is a category that asks something of its things.
type cautionView struct {
	category.Category
	Href string
}

func (r *request) moderationRulePage(f *form) (*moderationRulePage, error) {
	p := &moderationRulePage{formPage: r.formPage("moderation.rule.title", f)}
	err := r.View(func(tx *store.Tx) error {
		for _, set := range categorySets {
			if !r.s.sorted[set.Set].vets {
				continue
			}
			p.Sets = append(p.Sets, set)
			list, err := category.All(tx, set.Set)
			if err != nil {
				return err
			}
			for _, c := range list {
				if c.Warning != "" || c.Vetted {
					p.Cautions = append(p.Cautions, cautionView{c, set.Href() + "/mot/" + c.Key + "#precaution"})
				}
			}
		}
		return nil
	})
	return p, err
}

// moderationRule shows how many reports hide a thing, and which categories ask
// for care.
func (s *Server) moderationRule(r *request) error {
	f := r.emptyForm()
	p, err := r.moderationRulePage(f)
	if err != nil {
		return err
	}
	err = r.View(func(tx *store.Tx) error {
		rule, err := moderation.RuleOf(tx)
		f.values.Set("reports", r.plainNumber(float64(rule.Reports)))
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("moderation/rule", p)
}

// moderationRuleSet changes how many reports hide a thing.
func (s *Server) moderationRuleSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rule := moderation.Rule{Reports: f.int("reports")}
	if f.ok() {
		err = r.enact(f, account.ActRulesModeration, func(tx *store.Tx) error { return moderation.SetRule(tx, rule) })
		if err == nil {
			return r.Redirect("/admin/moderation", "moderation.rule.set")
		}
	}
	if f.ok() && !f.refuse(err) {
		return err
	}
	p, perr := r.moderationRulePage(f)
	if perr != nil {
		return perr
	}
	return r.RenderForm("moderation/rule", p)
}
