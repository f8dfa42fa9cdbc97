package booking

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Limits of terms.
const (
	MaxNotice    = 366     // days
	MaxAhead     = 3 * 366 // days
	MaxLongest   = 31 * 24 // hours
	MaxCents     = 100_000_00
	MaxRules     = 5000 // characters
	MaxName      = 60   // characters of a class, a package, a document
	MaxLabel     = 160  // characters of a question
	MaxAnswer    = 500  // characters
	MaxClasses   = 8
	MaxQuotas    = 8
	MaxPackages  = 6
	MaxDocuments = 8
	MaxFees      = 5
	MaxQuestions = 10
	MaxChoices   = 12
	maxPackage   = 15 * 24 * 60 // minutes
)

// Check tells what is wrong with terms as written. Fields are those of the
// form; what is
// wrong with the n-th of a list, from 0, is at one of its own: quota_0_times.
func (t *Terms) Check() error {
	var bad store.Errors
	if t.Hours != "" {
		if _, ok := directory.ParseHours(t.Hours); !ok {
			bad.Add(store.E(store.Invalid, "err.booking.terms.hours_written").At("hours"))
		}
	}
	bad.Add(between("notice", t.Notice, 0, MaxNotice))
	bad.Add(between("ahead", t.Ahead, 0, MaxAhead))
	if t.Ahead > 0 && t.Ahead < t.Notice {
		bad.Add(store.E(store.Invalid, "err.booking.terms.ahead_short").At("ahead"))
	}
	bad.Add(between("longest", t.Longest, 0, MaxLongest))
	bad.Add(between("half_day", t.HalfDay, 0, 23))
	bad.Add(cents("deposit", t.Deposit))
	bad.Add(listing.CheckText("rules", t.Rules, MaxRules))
	t.checkNames(&bad)
	t.checkQuotas(&bad)
	t.checkPackages(&bad)
	t.checkPrices(&bad)
	t.checkFees(&bad)
	t.checkQuestions(&bad)
	return bad.OrNil()
}

func between(field string, n, least, most int) *store.Error {
	if n < least || n > most {
		return store.E(store.Invalid, "err.booking.terms.between", "least", least, "most", most).At(field)
	}
	return nil
}

func cents(field string, n int64) *store.Error {
	if n < 0 || n > MaxCents {
		return store.E(store.Invalid, "err.booking.terms.amount", "max", MaxCents/100).At(field)
	}
	return nil
}

func many(field string, n, most int) *store.Error {
	if n > most {
		return store.E(store.Invalid, "err.booking.terms.many", "max", most).At(field)
	}
	return nil
}

// numbered is the field of one of several.
func numbered(name string, i int) string { return name + "_" + strconv.Itoa(i) }

func (t *Terms) checkNames(bad *store.Errors) {
	bad.Add(many("classes", len(t.Classes), MaxClasses))
	seen := map[string]bool{}
	for _, c := range t.Classes {
		bad.Add(listing.CheckText("classes", c.Name, MaxName))
		if c.Key == "" || strings.TrimSpace(c.Name) == "" || seen["k"+c.Key] || seen["n"+c.Name] {
			bad.Add(store.E(store.Invalid, "err.booking.terms.twice").At("classes"))
		}
		seen["k"+c.Key], seen["n"+c.Name] = true, true
	}
	bad.Add(many("documents", len(t.Documents), MaxDocuments))
	for _, d := range t.Documents {
		bad.Add(listing.CheckText("documents", d, MaxName))
		if strings.TrimSpace(d) == "" || seen["d"+d] {
			bad.Add(store.E(store.Invalid, "err.booking.terms.twice").At("documents"))
		}
		seen["d"+d] = true
	}
}

func (t *Terms) checkQuotas(bad *store.Errors) {
	bad.Add(many("quota_0_times", len(t.Quotas), MaxQuotas))
	for i, q := range t.Quotas {
		field := numbered("quota", i)
		bad.Add(between(field+"_hours", q.Hours, 0, 366*24))
		bad.Add(between(field+"_times", q.Times, 0, 366))
		if q.Hours == 0 && q.Times == 0 {
			bad.Add(store.E(store.Invalid, "err.booking.terms.quota_empty").At(field + "_times"))
		}
		if !q.Per.known() {
			bad.Add(store.E(store.Invalid, "err.booking.terms.choice").At(field + "_per"))
		}
		if !t.classKnown(q.Class) {
			bad.Add(store.E(store.Invalid, "err.booking.terms.choice").At(field + "_class"))
		}
	}
}

func (p Period) known() bool {
	return p == PerDay || p == PerWeek || p == PerMonth || p == PerYear
}

// classKnown tells whether a key is a class of the terms, or stands for all.
func (t *Terms) classKnown(key string) bool {
	_, ok := t.Class(key)
	return ok || key == ""
}

func (t *Terms) checkPackages(bad *store.Errors) {
	bad.Add(many("package_0_name", len(t.Packages), MaxPackages))
	seen := map[string]bool{}
	for i, p := range t.Packages {
		field := numbered("package", i)
		bad.Add(listing.CheckText(field+"_name", p.Name, MaxName))
		switch {
		case strings.TrimSpace(p.Name) == "" || p.Key == "" || seen[p.Key]:
			bad.Add(store.E(store.Invalid, "err.booking.terms.package_name").At(field + "_name"))
		case p.Days == [7]bool{}:
			bad.Add(store.E(store.Invalid, "err.booking.terms.package_days").At(field + "_days"))
		case p.From < 0 || p.From >= 24*60 || p.Until <= p.From || p.Until > maxPackage:
			bad.Add(store.E(store.Invalid, "err.booking.terms.package_span").At(field + "_until"))
		}
		seen[p.Key] = true
	}
}

func (t *Terms) checkPrices(bad *store.Errors) {
	bad.Add(many("prices", len(t.Prices), (MaxClasses+1)*(len(Units)+MaxPackages)))
	for _, p := range t.Prices {
		_, isPackage := t.Package(p.Package)
		known := p.Unit == ByPackage && isPackage
		for _, u := range Units {
			known = known || p.Unit == u && p.Package == ""
		}
		if !known || !t.classKnown(p.Class) {
			bad.Add(store.E(store.Invalid, "err.booking.terms.choice").At("prices"))
		}
		bad.Add(cents(PriceField(p.Class, p.Unit, p.Package), p.Cents))
	}
}

// PriceField is the field of a price in the form of the terms.
func PriceField(class string, unit Unit, pack string) string {
	name := "price_" + class + "_" + string(unit)
	if unit == ByPackage {
		name += "_" + pack
	}
	return name
}

func (t *Terms) checkFees(bad *store.Errors) {
	bad.Add(many("fee_0_days", len(t.Fees), MaxFees))
	for i, f := range t.Fees {
		bad.Add(between(numbered("fee", i)+"_days", f.Days, 1, MaxNotice))
		bad.Add(between(numbered("fee", i)+"_percent", f.Percent, 1, 100))
	}
}

func (t *Terms) checkQuestions(bad *store.Errors) {
	bad.Add(many("question_0_label", len(t.Questions), MaxQuestions))
	for i, q := range t.Questions {
		field := numbered("question", i)
		bad.Add(listing.CheckText(field+"_label", q.Label, MaxLabel))
		bad.Add(many(field+"_choices", len(q.Choices), MaxChoices))
		for _, c := range q.Choices {
			bad.Add(listing.CheckText(field+"_choices", c, MaxName))
		}
		if strings.TrimSpace(q.Label) == "" || q.Key == "" {
			bad.Add(store.E(store.Invalid, "err.booking.terms.question_empty").At(field + "_label"))
		}
	}
}
