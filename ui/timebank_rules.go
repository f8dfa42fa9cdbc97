package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/timebank"
)

// timebankRulesPage is the form of the rules.
func (r *request) timebankRulesPage(f *form) (*timebankPage, error) {
	p := r.timebankPage("timebank.rules.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err != nil || len(f.values) > 0 {
			return err
		}
		for name, value := range map[string]string{
			"low": r.minutesTyped(-rules.Low), "high": r.minutesTyped(rules.High), "soft": strconv.FormatBool(rules.Soft),
			"days": strconv.Itoa(rules.Days), "shown": strconv.Itoa(int(rules.Shown)), "words": rules.Words,
		} {
			f.values.Set(name, value)
		}
		return nil
	})
}

// timebankRulesForm shows the rules to an operator.
func (s *Server) timebankRulesForm(r *request) error {
	p, err := r.timebankRulesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/rules", p)
}

// timebankRules changes them.
func (s *Server) timebankRules(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	low, hasLow := f.minutes("low")
	high, hasHigh := f.minutes("high")
	if !hasLow {
		f.fault("low", "err.timebank.hours_empty")
	}
	if !hasHigh {
		f.fault("high", "err.timebank.hours_empty")
	}
	rules := timebank.Rules{
		Low: -low, High: high, Soft: f.text("soft") == "true", Days: f.int("days"), Shown: timebank.Shown(max(0, min(f.int("shown"), 9))),
		Words: f.lines("words"),
	}
	if f.ok() {
		err = r.enact(f, account.ActRulesTimebank, func(tx *store.Tx) error { return timebank.SetRules(tx, rules) })
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.timebankRulesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/rules", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures", "timebank.rules.saved")
}

// Softs are the two ways to treat the ceiling.
func (p *timebankPage) Softs() []choice {
	return []choice{{Value: "false", Label: p.T("timebank.rules.strict")}, {Value: "true", Label: p.T("timebank.rules.soft")}}
}

// Readers are who may read balances.
func (p *timebankPage) Readers() []choice {
	list := make([]choice, 0, 3)
	for i := range 3 {
		v := strconv.Itoa(i)
		list = append(list, choice{Value: v, Label: p.T("timebank.rules.shown_" + v)})
	}
	return list
}
