package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
)

// fakeVillage is a training village that opens at once.
type fakeVillage struct {
	on     bool
	resets int
}

func (v *fakeVillage) State() TrainingState {
	if v.on {
		return TrainingState{On: true, Stage: TrainingOpen, Port: "81"}
	}
	return TrainingState{Port: "81"}
}
func (v *fakeVillage) Switch(on bool) error { v.on = on; return nil }
func (v *fakeVillage) Reset()               { v.resets++ }

func init() {
	samples["GET /admin/entrainement"] = at("/admin/entrainement")
	samples["POST /admin/entrainement"] = sample{path: at("/admin/entrainement").path, form: url.Values{"do": {"on"}}}
}

func TestAnOperatorOpensClearsAndClosesTheTrainingVillage(t *testing.T) {
	v := &fakeVillage{}
	b := newBox(t, func(o *Options) { o.Training = v })
	do := func(what string) {
		t.Helper()
		if w := b.ask(POST, "/admin/entrainement", "operator", url.Values{"do": {what}}); w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if page := b.french("/admin/entrainement", "operator"); !strings.Contains(page, "Le village est fermé.") {
		t.Errorf("at first\n%s", page)
	}
	do("on")
	if page := b.french("/admin/entrainement", "operator"); !v.on || !strings.Contains(page, "http://copi.local:81/") {
		t.Errorf("open\n%s", page)
	}
	do("reset")
	if v.resets != 1 || !v.on {
		t.Errorf("%d resets, on %v", v.resets, v.on)
	}
	do("off")
	if v.on {
		t.Error("still on")
	}
	if page := newBox(t).french("/admin/entrainement", "operator"); !strings.Contains(page, "ne peut pas en ouvrir") {
		t.Error("a box without a port offers one")
	}
}

func TestATrainingVillageIsMarkedAndHasSessionsOfItsOwn(t *testing.T) {
	b := newBox(t, func(o *Options) {
		o.Trainees = []Trainee{{Login: "odette", Password: "panier-brume", Name: "Odette Vialas", Role: store.Moderator}}
	})
	for _, path := range []string{"/", "/agenda", "/aide", "/nulle-part"} {
		w := b.ask(GET, path, "", nil, french1)
		if page := w.Body.String(); !strings.Contains(page, "tout est inventé") || !strings.Contains(page, `content="noindex"`) {
			t.Errorf("%s is not marked", path)
		}
	}
	if page := b.french(signInPath, ""); !strings.Contains(page, "Odette Vialas") || !strings.Contains(page, "panier-brume") {
		t.Errorf("as whom one can practise\n%s", page)
	}
	if w := b.ask(GET, "/admin", "operator", nil); w.Code == http.StatusOK {
		t.Error("a session of the real box opens it")
	}
	own := func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: sessionCookie + "_entrainement", Value: "operator"})
	}
	if w := b.ask(GET, "/admin", "", nil, own); w.Code != http.StatusOK {
		t.Errorf("its own session: %d", w.Code)
	}
	real := newBox(t)
	if w := real.ask(GET, "/admin", "", nil, own); w.Code == http.StatusOK {
		t.Error("its session opens the real box")
	}
	if page := real.get(signInPath); strings.Contains(page, "training") || strings.Contains(page, "noindex") {
		t.Error("a real box is marked")
	}
}
