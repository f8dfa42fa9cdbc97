package ui

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// switchable is a part of the box an operator can switch off: its pages,
// feeds, tabs and cards vanish, what it holds stays. The others are needed by
// everything.
type switchable struct {
	Key   string   // of its sentences, ui.module.<key>, and of the modules it is of in the store
	Icon  string   //
	kinds []string // kinds of cards it has
	paths []string // addresses of its pages, with all below them
	needs []string // keys of what it cannot do without

	// busy tells what has to be finished before it can be switched off; nil when
	// that is never the case (BO-9).
	busy func(*request, *store.Tx) (string, error)
}

// switchables lists them in the order of the operator's page: a module adds its
// line here.
var switchables = []switchable{
	{
		Key: "agenda", Icon: "calendar-days", kinds: []string{listing.KindEvent},
		paths: []string{"/agenda", "/agenda.ics", "/agenda.atom", "/integration/agenda", "/proposer"}, busy: openProposals,
	},
	{Key: "ads", Icon: "tag", kinds: []string{listing.KindOffer, listing.KindWanted}, paths: []string{"/annonces", "/admin/annonces"}},
	{
		Key: "directory", Icon: "book-user",
		kinds: []string{listing.KindOrg, listing.KindProject, listing.KindPlace, listing.KindPerson},
		paths: []string{"/annuaire", "/directory", "/invitation", "/compte/organisations", "/admin/invitations"},
	},
	{Key: "booking", Icon: "door-open", kinds: []string{listing.KindPlace}, paths: []string{"/salles"}},
	{Key: "message", Icon: "mail", paths: []string{"/messages"}},
	{Key: "reaction", Icon: "heart", paths: []string{"/aimer"}},
	{
		Key: "mutualaid", Icon: "hand-heart", kinds: []string{listing.KindNeed, listing.KindHelp, listing.KindRide}, paths: []string{"/entraide"},
	},
	{Key: "group", Icon: "users", kinds: []string{listing.KindGroup}, paths: []string{"/groupes"}},
	{Key: "discussion", Icon: "scroll-text", kinds: []string{listing.KindTopic}, paths: []string{topicsPath}, needs: []string{"group"}},
	{Key: "comment", Icon: "pencil", paths: []string{commentsPath, commentsPath + ".atom"}, needs: []string{"discussion"}},
	{Key: "journal", Icon: "megaphone", kinds: []string{listing.KindNotice}, paths: []string{journalPath}},
	{Key: "vote", Icon: "vote", kinds: []string{listing.KindDecision}, paths: []string{votePath, "/admin/decisions"}, busy: busyVotes},
	{Key: "petition", Icon: "signature", kinds: []string{listing.KindPetition}, paths: []string{"/petitions"}},
	{Key: "timebank", Icon: "hourglass", paths: []string{"/heures"}},
	{Key: "map", Icon: "map", paths: []string{"/carte", "/cartes", "/api/v1/map", "/integration"}},
	{Key: "statistics", Icon: "activity", paths: []string{"/statistiques", "/statistiques.csv"}},
}

// openProposals are visitors' events somebody waits for an answer to.
func openProposals(r *request, tx *store.Tx) (string, error) {
	list, err := moderation.Queue(tx)
	list = slices.DeleteFunc(list, func(p moderation.Proposal) bool { return p.Module != agenda.Module })
	if err != nil || len(list) == 0 {
		return "", err
	}
	return r.T("ui.module.proposals", "n", len(list)), nil
}

// has tells whether an address is of the module.
func (m *switchable) has(path string) bool {
	return slices.ContainsFunc(m.paths, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

// moduleOf is the key of the module an address is of; empty for what cannot be
// switched off.
func moduleOf(path string) string {
	for i := range switchables {
		if switchables[i].has(path) {
			return switchables[i].Key
		}
	}
	return ""
}

// offOf is what the cards have to know when some modules are off: a kind goes
// with the last module that has it, and until then a module's own cards do.
func offOf(keys []string) listing.Off {
	off := listing.Off{Switches: keys}
	var gone []switchable
	on := map[string]bool{} // kinds
	for _, m := range switchables {
		if slices.Contains(keys, m.Key) {
			gone = append(gone, m)
			continue
		}
		for _, kind := range m.kinds {
			on[kind] = true
		}
	}
	for _, m := range gone {
		for _, kind := range m.kinds {
			if on[kind] && !slices.Contains(off.Modules, m.Key) {
				off.Modules = append(off.Modules, m.Key)
			} else if !on[kind] && !slices.Contains(off.Kinds, kind) {
				off.Kinds = append(off.Kinds, kind)
			}
		}
	}
	return off
}

// switches is what is off as of one version of the database.
type switches struct {
	version uint64
	off     listing.Off
}

// whatIsOff is read again after a commit only.
func (s *Server) whatIsOff(ctx context.Context) listing.Off {
	version := s.db.Version(ctx)
	if known := s.switched.Load(); known != nil && known.version == version {
		return known.off
	}
	var off listing.Off
	err := s.db.View(ctx, func(tx *store.Tx) (err error) {
		off, err = listing.OffOf(tx)
		return err
	})
	if err != nil { // the page itself will say what went wrong
		s.log.Debug("switches not read", slog.Any("error", err))
		return off
	}
	s.switched.Store(&switches{version, off})
	return off
}

// isOff tells whether an address is of a module that is switched off.
func (r *request) isOff(path string) bool {
	key := moduleOf(path)
	return key != "" && slices.Contains(r.off.Switches, key)
}

// on fails for a route of a module that is switched off, whoever asks.
func (r *request) on(rt route) error {
	if !r.isOff(rt.path) {
		return nil
	}
	return store.E(store.NotFound, "err.ui.module_off", "module", r.T("ui.module."+moduleOf(rt.path)))
}

// shownKinds are the kinds of cards that no switch hides.
func (r *request) shownKinds() []string {
	return slices.DeleteFunc(slices.Clone(kindsOfAll), func(k string) bool { return slices.Contains(r.off.Kinds, k) })
}

func (s *Server) moduleRoutes() []route {
	return []route{
		{GET, "/admin/rubriques", operator, s.modules},
		{POST, "/admin/rubriques", operator, s.moduleSwitch},
	}
}

// moduleLine is a module on the operator's page.
type moduleLine struct {
	switchable
	Name, What string
	Off        bool
	Cards      int64    // of this box, shown or not
	Needs      []string // what it cannot do without, in words
	NeededBy   []string
	Busy       string
}

type modulesPage struct {
	page
	Form    *form
	Modules []moduleLine
}

func (r *request) modulesPage(f *form) (*modulesPage, error) {
	p := &modulesPage{page: r.page("ui.module.title"), Form: f}
	err := r.View(func(tx *store.Tx) error {
		off, err := listing.OffOf(tx)
		if err != nil {
			return err
		}
		for _, m := range switchables {
			if !r.s.served(m) {
				continue
			}
			line := moduleLine{switchable: m, Name: r.T("ui.module." + m.Key), What: r.T("ui.module.what_" + m.Key), Off: slices.Contains(off.Switches, m.Key)}
			if line.Cards, err = listing.OwnOf(tx, m.Key); err != nil {
				return err
			}
			for _, other := range switchables {
				if slices.Contains(m.needs, other.Key) {
					line.Needs = append(line.Needs, r.T("ui.module."+other.Key))
				}
				if slices.Contains(other.needs, m.Key) && r.s.served(other) {
					line.NeededBy = append(line.NeededBy, r.T("ui.module."+other.Key))
				}
			}
			if m.busy != nil && !line.Off {
				if line.Busy, err = m.busy(r, tx); err != nil {
					return err
				}
			}
			p.Modules = append(p.Modules, line)
		}
		return nil
	})
	return p, err
}

// served tells whether this program has pages of the module.
func (s *Server) served(m switchable) bool {
	return slices.ContainsFunc(s.routes, func(rt route) bool { return m.has(rt.path) })
}

// modules lists what can be switched off, and what that means.
func (s *Server) modules(r *request) error {
	p, err := r.modulesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("core/modules", p)
}

// moduleSwitch switches a module off, with all that cannot do without it, or
// on, with all it cannot do without.
func (s *Server) moduleSwitch(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	key, off := f.text("module"), f.text("do") == "off"
	if !slices.ContainsFunc(switchables, func(m switchable) bool { return m.Key == key && s.served(m) }) {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error {
		now, err := listing.OffOf(tx)
		if err != nil {
			return err
		}
		keys := switched(now.Switches, key, off)
		for _, m := range switchables {
			if m.busy == nil || !slices.Contains(keys, m.Key) || slices.Contains(now.Switches, m.Key) {
				continue
			}
			if why, err := m.busy(r, tx); err != nil {
				return err
			} else if why != "" {
				return store.E(store.Conflict, "err.ui.module_busy", "module", r.T("ui.module."+m.Key), "why", why)
			}
		}
		if slices.Equal(keys, now.Switches) {
			return nil
		}
		ground, err := f.ground(tx)
		if err != nil {
			return err
		}
		if err := account.LogFor(tx, account.ActModules, ground); err != nil {
			return err
		}
		return listing.SwitchOff(tx, offOf(keys))
	})
	if f.refuse(err) {
		p, err := r.modulesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("core/modules", p)
	} else if err != nil {
		return err
	}
	done := "ui.module.is_on"
	if off {
		done = "ui.module.is_off"
	}
	return r.Redirect("/admin/rubriques", done, "module", r.T("ui.module."+key))
}

// switched is the list of what is off, in its order, after one more switch.
func switched(now []string, key string, off bool) []string {
	set := map[string]bool{}
	for _, k := range now {
		set[k] = true
	}
	var turn func(key string)
	turn = func(key string) {
		set[key] = off
		for _, m := range switchables {
			switch {
			case off && slices.Contains(m.needs, key) && !set[m.Key]:
				turn(m.Key)
			case !off && m.Key == key:
				for _, need := range m.needs {
					if set[need] {
						turn(need)
					}
				}
			}
		}
	}
	turn(key)
	var keys []string
	for k, is := range set {
		if is {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
