package ui

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// Who may see a thing, as forms ask for it and pages say it: everybody,
// residents, or the members of a group. What belongs to a group stands on its
// page, and is seen by no more people than the group is.

// Values of the field "audience"; a group's id comes after a dot.
const (
	seenByAll     = "public"
	seenByMembers = "members"
	seenByGroup   = "group"
)

// seenChoices are who may see a thing of the acting person: everybody or
// residents, and for each of their groups its members alone, or the same on its
// page as well. What a thing that exists has stays among them.
func (r *request) seenChoices(f *form) ([]choice, error) {
	list := []choice{{Value: seenByAll, Label: r.T("listing.audience.public")}, {Value: seenByMembers, Label: r.T("listing.audience.members")}}
	if r.actor.ID == "" {
		return list, nil
	}
	err := r.View(func(tx *store.Tx) error {
		groups, err := writableGroups(tx)
		for _, g := range groups {
			add := func(value, key string) {
				list = append(list, choice{Value: value + "." + g.ID, Label: r.T(key, "group", r.Typo(g.Name))})
			}
			add(seenByGroup, "listing.audience.group")
			if g.Reading != group.ToMembers {
				add(seenByMembers, "listing.audience.group_members")
			}
			if g.Reading == group.ToEverybody {
				add(seenByAll, "listing.audience.group_public")
			}
		}
		return err
	})
	if now := f.text("audience"); r.Param("id") != "" && strings.Contains(now, ".") && !offered(list, now) {
		list = append(list, choice{Value: now, Label: r.T("listing.audience.group_left")})
	}
	return list, err
}

// writableGroups are the groups in which the acting person may post.
func writableGroups(tx *store.Tx) ([]group.Group, error) {
	mine, err := group.Mine(tx)
	if err != nil {
		return nil, err
	}
	var list []group.Group
	for _, g := range mine {
		may, err := group.MayWrite(tx, g.ID)
		if err != nil {
			return nil, err
		}
		if may {
			list = append(list, g)
		}
	}
	return list, nil
}

// offered tells whether a value is one of the choices.
func offered(list []choice, value string) bool {
	return slices.ContainsFunc(list, func(c choice) bool { return c.Value == value })
}

// audience reads the field.
func (f *form) audience() (a listing.Audience, of string) {
	word, of, _ := strings.Cut(f.text("audience"), ".")
	switch word {
	case seenByMembers:
		return listing.Members, of
	case seenByGroup:
		return listing.Group, of
	default:
		return listing.Public, of
	}
}

// setAudience writes it.
func (f *form) setAudience(a listing.Audience, of string) {
	word := seenByAll
	switch a {
	case listing.Members:
		word = seenByMembers
	case listing.Group:
		word = seenByGroup
	case listing.Public, listing.Here:
	}
	if of != "" {
		word += "." + of
	}
	f.values.Set("audience", word)
}

// forGroup begins a form for a group: for its members alone, until somebody
// chooses to show it to more.
func (f *form) forGroup(id string) {
	if _, err := store.ParseID(id); err == nil {
		f.setAudience(listing.Group, id)
	}
}

// forAll tells whether nothing narrower than everybody was chosen.
func (f *form) forAll() bool {
	v := f.text("audience")
	return v == "" || v == seenByAll
}

// audienceOf says who sees a thing, and names its group with the way there; of
// a group the actor may not know of nothing is said but that there is one.
func (r *request) audienceOf(tx *store.Tx, chosen listing.Audience, of string) (words string, link *wordLink, err error) {
	a, err := listing.Effective(tx, chosen, of)
	if err != nil || of == "" {
		return r.audience(a), nil, err
	}
	name, err := group.NameOf(tx, of)
	if err != nil || name == "" {
		return r.audience(a), nil, err
	}
	key := "listing.audience.group_members"
	switch a {
	case listing.Group:
		key = "listing.audience.group"
	case listing.Public:
		key = "listing.audience.group_public"
	case listing.Members, listing.Here:
	}
	name = r.Typo(name)
	return r.T(key, "group", name), &wordLink{groupHref(of), name}, nil
}

// widerView asks for a yes before more people see a thing than until now.
type widerView struct{ Before string }

// widening looks whether a thing that stands would be seen by more people; nil
// when it would not. Publishing it then takes a tick.
func (r *request) widening(f *form, ref store.Ref, chosen listing.Audience, of string) (v *widerView, err error) {
	if ref.ID == "" {
		return nil, nil
	}
	err = r.View(func(tx *store.Tx) error {
		if err := directory.Vouch(tx, ref); err != nil {
			return err
		}
		c, err := listing.ByRef(tx, ref)
		if store.KindOf(err) == store.NotFound {
			return nil // a draft, or part of something else
		}
		if err != nil {
			return err
		}
		now, err := listing.Effective(tx, chosen, of)
		if err != nil || !c.Audience.Wider(now) {
			return err
		}
		before, _, err := r.audienceOf(tx, c.Audience, c.Group)
		v = &widerView{before}
		return err
	})
	if v != nil && f.text("do") == "publish" && !f.has("wider") {
		f.fault("wider", "err.listing.wider")
	}
	return v, err
}
