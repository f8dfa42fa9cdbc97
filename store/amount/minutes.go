package amount

import "strings"

// said are times without digits.
var said = map[string]int64{
	"demi heure": 30, "une demi heure": 30, "une heure": 60, "un quart d'heure": 15, "quart d'heure": 15,
	"trois quarts d'heure": 45, "une heure et quart": 75, "une heure et demie": 90, "deux heures": 120,
	"deux heures et demie": 150, "trois heures": 180, "½": 30, "¼": 15, "¾": 45,
}

// parts of an hour after the hours, in minutes.
var parts = map[string]int64{"et demie": 30, "et quart": 15, "et un quart": 15, "½": 30, "¼": 15, "¾": 45}

// ParseMinutes reads a time, in minutes, from 0 to MaxMinutes: "2 h", "1h30",
// "1,5 h", "90 min", "1:30", "2 heures et demie", "une demi-heure". A bare
// number is hours: "2" is 120. What is not whole minutes ("1,33 h") is refused.
func ParseMinutes(s string) (minutes int64, err error) {
	s, err = plain(s)
	if err != nil {
		return 0, err
	}
	if n, ok := said[strings.TrimSpace(strings.TrimSuffix(dashes.Replace(s), " h"))]; ok {
		return n, nil
	}
	if rest, ok := cutWord(s, "minutes", "minute", "mins", "min", "mn"); ok {
		if !strings.ContainsAny(rest, "h:") {
			minutes, err = decimal(rest, 0)
			return bounded(minutes, MaxMinutes, err)
		}
		s = rest
	}
	hours, rest, found := cutHours(s)
	if rest == "" {
		return ofHours(hours)
	}
	if minutes, err = decimal(hours, 0); err != nil {
		return 0, err
	}
	past, err := pastTheHour(rest, found)
	if err != nil {
		return 0, err
	}
	if minutes > MaxMinutes {
		return 0, ErrTooMuch
	}
	return bounded(minutes*60+past, MaxMinutes, nil)
}

// cutHours parts "1h30", "1:30" and "1 heure 30" in their two numbers. word is
// false when a colon parts them.
func cutHours(s string) (hours, rest string, word bool) {
	for _, mark := range []string{"heures", "heure", "hours", "hour", "h", ":"} {
		if a, b, ok := strings.Cut(s, mark); ok {
			return strings.TrimSpace(a), strings.TrimSpace(b), mark != ":"
		}
	}
	return s, "", true
}

// pastTheHour are the minutes after a whole hour: "30", "05", "et demie".
func pastTheHour(s string, word bool) (int64, error) {
	if n, ok := parts[s]; ok && word {
		return n, nil
	}
	if !allDigits(s) || len(s) > 2 || !word && len(s) != 2 {
		return 0, ErrUnclear
	}
	n, err := decimal(s, 0)
	if err != nil || n > 59 {
		return 0, ErrUnclear
	}
	return n, nil
}

// ofHours are hours with at most three decimals, in whole minutes: "1,5",
// "2½".
func ofHours(s string) (int64, error) {
	for _, sign := range []string{"½", "¼", "¾"} {
		if whole, ok := strings.CutSuffix(s, sign); ok {
			n, err := decimal(strings.TrimSpace(whole), 0)
			if err != nil {
				return 0, err
			}
			if n > MaxMinutes {
				return 0, ErrTooMuch
			}
			return bounded(n*60+parts[sign], MaxMinutes, nil)
		}
	}
	n, err := decimal(s, 2)
	if err != nil {
		return 0, err
	}
	if n > MaxMinutes*100 {
		return 0, ErrTooMuch
	}
	if n*60%100 != 0 {
		return 0, ErrUnclear
	}
	return bounded(n*60/100, MaxMinutes, nil)
}
