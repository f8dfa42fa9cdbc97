package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// The steps of the set-up that say where the box stands.

// communesShown bounds the communes proposed for a search.
const communesShown = 40

func (s *Server) setupCommune(r *request) error {
	f := r.queryForm()
	p, err := r.setupPage(account.StepCommune, f)
	if err != nil {
		return err
	}
	if p.Found, p.Total, err = listing.SearchCommunes(f.text("q"), communesShown); err != nil {
		return err
	}
	return r.Render("setup/commune", p)
}

// Searched tells whether a search was made.
func (p *setupPage) Searched() bool { return p.Form.text("q") != "" }

// Quality says how well a commune's position is known.
func (p *setupPage) Quality() string {
	if p.Commune.Quality == listing.Nowhere {
		return p.T("setup.place.quality_none")
	}
	return p.T("setup.place.quality_" + string(p.Commune.Quality))
}

// Cut tells whether there are more communes than the page shows.
func (p *setupPage) Cut() bool { return p.Total > len(p.Found) }

// Away is where a landmark lies, in words.
func (p *setupPage) Away(l listing.Landmark) string {
	return p.T("ui.bearing."+l.Direction, "distance", p.Distance(l.DistanceKM*1000))
}

// Moves are rows of buttons that shift the place without a map.
func (p *setupPage) Moves() [][]choice {
	var rows [][]choice
	for _, step := range []struct{ metres, word string }{{"100", "100" + nbsp + "m"}, {"1000", "1" + nbsp + "km"}} {
		var row []choice
		for _, wind := range []string{"n", "s", "e", "w"} {
			row = append(row, choice{Value: wind + step.metres, Label: p.T("ui.bearing."+wind, "distance", step.word)})
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *Server) setupChoose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	c, err := listing.CommuneByINSEE(f.text("commune"))
	if err == nil {
		err = r.Update(func(tx *store.Tx) error {
			if err := c.Improve(tx); err != nil {
				return err
			}
			return account.ChooseCommune(tx, r.setupToken(), c)
		})
	} else if store.KindOf(err) == store.NotFound {
		err = store.E(store.Invalid, "err.setup.commune").At("commune")
	}
	if err != nil {
		return r.stepAgain(account.StepCommune, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupPlace(r *request) error {
	p, err := r.setupPage(account.StepPlace, nil)
	if err != nil {
		return err
	}
	name := p.Box.Name
	if name == "" {
		name = r.T("setup.place.name_of", "of", r.Of(p.Box.Commune))
	}
	lat, lon := listing.Point{Lat: p.Box.Lat, Lon: p.Box.Lon}.Degrees()
	p.Form = r.emptyForm("box_name", name, "lat", r.degrees(lat), "lon", r.degrees(lon))
	if err := p.lookAround(r); err != nil {
		return err
	}
	return r.Render("setup/place", p)
}

// degrees writes a coordinate as people of the language type it.
func (s *speech) degrees(v float64) string {
	text := strconv.FormatFloat(v, 'f', 4, 64)
	if s.Lang == reference {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// lookAround finds what to compare the place with: without a map, the known
// places around it.
func (p *setupPage) lookAround(r *request) (err error) {
	if p.Commune, err = listing.CommuneByINSEE(p.Box.INSEE); err != nil {
		return err
	}
	if err := r.View(p.Commune.Improve); err != nil {
		return err
	}
	p.Near, err = listing.Landmarks(listing.Point{Lat: p.Box.Lat, Lon: p.Box.Lon}, p.Box.INSEE, 3)
	return err
}

func (s *Server) setupConfirm(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	at, err := s.placeOf(r, f)
	if err == nil && f.has("move") {
		at, err = moved(at, f.text("move"))
		if err == nil {
			err = r.Update(func(tx *store.Tx) error {
				return account.MovePlace(tx, r.setupToken(), f.text("box_name"), at)
			})
		}
		if err == nil {
			return r.Redirect(setupPath+"/"+setupSlugs[account.StepPlace], "")
		}
	} else if err == nil {
		err = r.Update(func(tx *store.Tx) error {
			return account.ConfirmPlace(tx, r.setupToken(), f.text("box_name"), at)
		})
	}
	if err != nil {
		return r.stepAgain(account.StepPlace, f, err, func(p *setupPage) error { return p.lookAround(r) })
	}
	return r.onward()
}

// farKM is how far from its commune a box may say it stands.
const farKM = 50

// placeOf reads the coordinates, which must lie near the commune.
func (s *Server) placeOf(r *request, f *form) (listing.Point, error) {
	lat, err1 := coordinate(f.text("lat"))
	lon, err2 := coordinate(f.text("lon"))
	var bad store.Errors
	if err1 != nil || lat < -90 || lat > 90 {
		bad.Add(store.E(store.Invalid, "err.setup.coordinate").At("lat"))
	}
	if err2 != nil || lon < -180 || lon > 180 {
		bad.Add(store.E(store.Invalid, "err.setup.coordinate").At("lon"))
	}
	if err := bad.OrNil(); err != nil {
		return listing.Point{}, err
	}
	p, err := r.setupPage(account.StepPlace, f)
	if err != nil {
		return listing.Point{}, err
	}
	at := listing.At(lat, lon)
	c, err := listing.CommuneByINSEE(p.Box.INSEE)
	if err != nil || c.Position == nil || at.DistanceKM(*c.Position) <= farKM {
		return at, err
	}
	if listing.At(lon, lat).DistanceKM(*c.Position) <= farKM {
		return at, store.E(store.Invalid, "err.setup.swapped").At("lat")
	}
	return at, store.E(store.Invalid, "err.setup.far", "km", int(at.DistanceKM(*c.Position)), "commune", c.Name).At("lat")
}

// coordinate reads degrees with a point or a comma.
func coordinate(s string) (float64, error) {
	return strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(s), "°"), ",", "."), 64)
}

// moved shifts a place by a button: "n100" is a hundred metres north.
func moved(at listing.Point, move string) (listing.Point, error) {
	metres, err := strconv.Atoi(move[min(1, len(move)):])
	if err != nil || metres < 1 || metres > 10_000 {
		return at, store.E(store.Invalid, "err.setup.coordinate").At("lat")
	}
	return at.Moved(rune(move[0]), float64(metres)), nil
}
