package peer

import (
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// kindTerritory is how a card says its kind: key 3, a text of nine bytes.
const kindTerritory = "\x03\x69" + wire.KindTerritory

// maxOwnTerritories is how many territory cards of our own log are looked at for
// what is published no more: some that neighbours gave back may be beyond those
// this box has zones for.
const maxOwnTerritories = 4 * listing.MaxZonesPublished

// territories takes the zones that operators publish when they changed: a card
// for each, a tombstone for what is published no more. A change of such a zone
// takes a rev of the listing, so that an edition is due.
func (e *edition) territories() error {
	zones, err := listing.PublishedZones(e.tx)
	if err != nil {
		return err
	}
	live := make(map[neighbour.ID]bool, len(zones))
	for i := range zones {
		id, err := store.ParseID(zones[i].Card)
		if err != nil {
			return err
		}
		live[id] = true
		b, err := wire.EncodeBody(zones[i].Body())
		if err != nil {
			return err // its bounds are such that it fits
		}
		said := len(e.records)
		c := &wire.Card{
			ID: id, Kind: wire.KindTerritory, Title: oneLine(zones[i].Name), Body: wire.Sum(b), BodyLen: uint64(len(b)), Lang: "fr",
		}
		if err := e.add(c); err != nil {
			return err
		}
		if len(e.records) == said {
			continue
		}
		if err := neighbour.PutBody(e.tx, c.ID, c.Body, b); err != nil {
			return err
		}
	}
	return e.pastTerritories(live)
}

// pastTerritories takes down the territories in the own log that are not live.
func (e *edition) pastTerritories(live map[neighbour.ID]bool) error {
	records, err := neighbour.WithText(e.tx, e.own, kindTerritory, maxOwnTerritories)
	if err != nil {
		return err
	}
	for i := range records {
		c, err := wire.DecodeCard(records[i].Card)
		if err != nil {
			return err
		}
		if c.Kind != wire.KindTerritory || live[c.ID] {
			continue
		}
		if err := e.gone(c.ID, false); err != nil {
			return err
		}
	}
	return nil
}

// territoryOf is a neighbour's territory card, if the card is one that has a
// name and a body.
func territoryOf(c *wire.Card) (t neighbour.Territory, ok bool) {
	if c.Kind != wire.KindTerritory || c.Body == (wire.Hash{}) {
		return t, false
	}
	t = neighbour.Territory{ID: c.ID, Name: listing.Clip(listing.Plain(c.Title), listing.MaxZoneName), Version: c.Body}
	return t, listing.Slug(t.Name) != ""
}
