package slot

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"copi.local/store/durable"
)

// Trial is an update that was switched to: how it goes, and how it went. It
// lies beside the data, where both versions read it.
type Trial struct {
	Version string    `json:"version"` // on trial
	From    string    `json:"from"`    // the one before
	At      time.Time `json:"at"`      // when somebody decided
	Starts  int       `json:"starts"`  // of the new one
	Verdict Verdict   `json:"verdict,omitempty"`
	Why     string    `json:"why,omitempty"` // of Back
}

// Verdict is how a trial ended.
type Verdict string

// The verdicts. None is a trial under way.
const (
	None Verdict = ""
	Kept Verdict = "kept"
	Back Verdict = "back"
)

// Why a box went back.
const (
	WhyStarts  = "starts"  // it started again and again
	WhySilent  = "silent"  // its pages never answered
	WhyUnwell  = "unwell"  // they did, and did not stay well
	WhySwitch  = "switch"  // the new version never ran
	WhyDecided = "decided" // somebody said so
)

func trialFile(data string) string { return filepath.Join(data, "update.json") }

// ReadTrial reads the last trial; the zero value where there was none.
func ReadTrial(data string) (t Trial, err error) {
	text, err := os.ReadFile(trialFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}

// Write keeps it, whole or not at all.
func (t Trial) Write(data string) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return durable.WriteBytes(trialFile(data), text)
}

// Rules are how long a trial takes.
type Rules struct {
	Starts int           // how often the new version may start; one more and the box goes back
	First  time.Duration // within which its pages must answer
	Hold   time.Duration // for which they must be well without a break
	Give   time.Duration // after which a version that does not get there is given up
}

// Usual are the rules of a box (OPERATIONS.md §1.2).
var Usual = Rules{Starts: 3, First: 5 * time.Minute, Hold: 10 * time.Minute, Give: time.Hour}

// Watch follows a trial since a start, in elapsed time.
type Watch struct {
	rules    Rules
	answered bool
	well     bool
	since    time.Duration // well since
}

// NewWatch begins at elapsed time 0.
func NewWatch(rules Rules) *Watch { return &Watch{rules: rules} }

// Look takes in whether the box was well at an instant, and tells the verdict
// and why; None while there is none yet.
func (w *Watch) Look(at time.Duration, well bool) (Verdict, string) {
	switch {
	case !well:
		w.well = false
	case !w.well:
		w.answered, w.well, w.since = true, true, at
	}
	switch {
	case w.well && at-w.since >= w.rules.Hold:
		return Kept, ""
	case !w.answered && at >= w.rules.First:
		return Back, WhySilent
	case at >= w.rules.Give:
		return Back, WhyUnwell
	}
	return None, ""
}
