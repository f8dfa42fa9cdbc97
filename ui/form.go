package ui

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"copi.local/store"
	"copi.local/store/listing"
)

// maxForm bounds the body of a form, in bytes. It holds the longest text a
// page asks for several times over.
const maxForm = 64 << 10

// form is what a person typed, with what is wrong with it. Its lower-case
// methods read values in handlers; its exported ones draw fields in templates
// (field.go). A form goes back to the page as it was typed.
type form struct {
	*speech
	values url.Values
	Faults []fault          // in the order they were found
	doubts map[string]doubt // places somebody is asked about, by field

	contacts []string // found in what was typed; see contact.go
}

// fault is one thing wrong with a form.
type fault struct {
	Field string // empty: the whole form
	Text  string
}

// emptyForm is a form nobody typed in yet, with first values as name–value
// pairs.
func (r *request) emptyForm(values ...string) *form {
	f := &form{speech: r.speech, values: url.Values{}}
	for i := 0; i+1 < len(values); i += 2 {
		f.values.Set(values[i], values[i+1])
	}
	return f
}

// queryForm is a form of filters sent by GET.
func (r *request) queryForm() *form {
	f := &form{speech: r.speech, values: url.Values{}}
	for name, values := range r.QueryParams() {
		for _, v := range values {
			f.values.Add(name, clean(v))
		}
	}
	return f
}

// form reads the form that was sent. It fails, so that nothing is stored by
// halves, when the form is too large or is not text.
func (r *request) form() (*form, error) {
	req := r.Request()
	if req.ContentLength > maxForm {
		return nil, errTooLarge
	}
	media, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || (media != "application/x-www-form-urlencoded" && media != "multipart/form-data") {
		return nil, errBadText
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, errBadText
	}
	req.Body = http.MaxBytesReader(r.Response(), req.Body, maxForm)
	if media == "multipart/form-data" {
		err = req.ParseMultipartForm(maxForm)
	} else {
		err = req.ParseForm()
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errBadText
	}
	f := &form{speech: r.speech, values: url.Values{}}
	for name, values := range req.PostForm {
		for _, v := range values {
			if !isText(name) || !isText(v) {
				return nil, errBadText
			}
			f.values.Add(name, clean(v))
		}
	}
	return f, nil
}

// clean is typed text as we keep it: composed (NFC: a Mac types é as two
// characters), with plain line ends, without spaces around and without what
// only disturbs a page.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(norm.NFC.String(listing.Plain(s)))
}

// text is the value of a field on one line.
func (f *form) text(name string) string {
	return strings.Join(strings.Fields(f.values.Get(name)), " ")
}

// lines is the value of a field of several lines.
func (f *form) lines(name string) string { return f.values.Get(name) }

// has tells whether the field was sent with a value: a ticked box.
func (f *form) has(name string) bool { return f.values.Get(name) != "" }

// int is a whole number; 0 when the field is empty. What is not a number is a
// fault of the form.
func (f *form) int(name string) int {
	text := strings.NewReplacer(" ", "", nbsp, "", thin, "").Replace(f.text(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		f.fault(name, "err.ui.number")
	}
	return n
}

// date is the day of a date field, midnight in the village; zero when the
// field is empty. It takes what a date input sends and what a person types
// where there is none: 2026-03-14, 14/03/2026, 14.3.2026.
func (f *form) date(name string) time.Time {
	text := f.text(name)
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02", "2/1/2006", "2.1.2006", "2-1-2006"} {
		if t, err := time.ParseInLocation(layout, text, f.zone); err == nil {
			return t
		}
	}
	f.fault(name, "err.ui.date")
	return time.Time{}
}

// clock is the time of day of a time field, as time since midnight; ok is
// false when it is empty. It takes 18:30, 18h30, 18 h and 18.
func (f *form) clock(name string) (sinceMidnight time.Duration, ok bool) {
	text := strings.NewReplacer(" ", "", nbsp, "", "h", ":", "H", ":").Replace(f.text(name))
	if text == "" {
		return 0, false
	}
	hours, minutes, _ := strings.Cut(text, ":")
	if minutes == "" {
		minutes = "0"
	}
	minutes, _, _ = strings.Cut(minutes, ":") // some browsers send seconds
	h, err1 := strconv.ParseUint(hours, 10, 8)
	m, err2 := strconv.ParseUint(minutes, 10, 8)
	if err1 != nil || err2 != nil || h > 23 || m > 59 {
		f.fault(name, "err.ui.time")
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, true
}

// moment is the instant of a date field and a time field on the village's
// clocks; an empty time is midnight. In the hour a spring night skips, it is an
// hour later.
func (f *form) moment(day, clock string) time.Time {
	d := f.date(day)
	since, _ := f.clock(clock)
	if d.IsZero() {
		return d
	}
	h, m := int(since/time.Hour), int(since%time.Hour/time.Minute)
	return time.Date(d.Year(), d.Month(), d.Day(), h, m, 0, 0, f.zone)
}

// fault notes that something is wrong with a field; an empty name is the form.
func (f *form) fault(name, key string, args ...any) {
	f.Faults = append(f.Faults, fault{name, f.T(key, args...)})
}

// ok tells whether nothing is wrong so far.
func (f *form) ok() bool { return len(f.Faults) == 0 }

// refuse notes the faults err tells of and returns true, when they are the
// person's to mend (kinds Invalid, Conflict). Any other error it leaves to
// errors.go:
//
//	if err := r.Update(…); f.refuse(err) {
//		return r.RenderForm("agenda/edit", page)
//	} else if err != nil {
//		return err
//	}
func (f *form) refuse(err error) bool {
	if many, ok := errors.AsType[store.Errors](err); ok {
		for _, e := range many {
			f.fault(e.Field, e.Key, e.Args...)
		}
		return true
	}
	e, ok := errors.AsType[*store.Error](err)
	if !ok || (e.Kind != store.Invalid && e.Kind != store.Conflict) {
		return false
	}
	f.fault(e.Field, e.Key, e.Args...)
	if e.Shown != "" {
		f.values.Set("shown", e.Shown)
	}
	return true
}
