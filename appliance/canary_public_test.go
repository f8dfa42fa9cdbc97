package appliance

import (
	"slices"
	"strings"
)

// shown is which ids are of things everybody may see, and other boxes hold.
const shown = ` IN (SELECT id FROM listing_cards WHERE origin_id = 0 AND seen_by = 0 AND here = 0)`

// openTo is what is public: some columns of a table, in some rows. What no line
// names must never leave the box; so a new table is private until somebody
// gives a reason here.
var openTo = []struct{ table, columns, where, why string }{
	{"listing_cards", "*", "origin_id <> 0 OR id" + shown, "the card itself, which is what travels"},
	{"listing_bodies", "body", "card_id IN (SELECT card_id FROM listing_cards WHERE origin_id <> 0 OR id" + shown + ")", "what stands behind the card"},
	{"listing_dates", "summary", "card_id IN (SELECT card_id FROM listing_cards WHERE origin_id <> 0 OR id" + shown + ")", "a card's dates"},
	{"listing_card_tags", "tag", "card_id IN (SELECT card_id FROM listing_cards WHERE origin_id <> 0 OR id" + shown + ")", "a card's tags"},
	{"listing_tags", "*", "tag IN (SELECT tag FROM listing_card_tags JOIN listing_cards USING (card_id) WHERE origin_id <> 0 OR id" + shown + ")", "names of tags that public cards have"},
	{"listing_words", "*", "word NOT LIKE 'zibeline%'", "words that any text has"},
	{"listing_origins", "*", "true", "who the boxes are, as their profiles say"},
	{"listing_communes", "*", "true", "reference data of the State"},
	{"listing_places", "*", "true", "reference data of the State"},
	{"listing_counts", "kind", "true", "names of kinds, from the program"},
	{"listing_maps", "slug code title note", "removed = 0", "a saved map is a public page"},
	{"listing_zones", "id name note kind", "true", "a zone is a public page"},
	{"listing_zones", "card", "true", "the id of the card of a zone that is published"},
	{"listing_zone_communes", "commune", "true", "codes of the State"},
	{"listing_zone_hands", "id", "id" + shown, "cards in a zone"},
	{"listing_withdrawals", "id code", "true", "a tombstone says the id of what is gone, and nothing else"},
	{"category_choices", "*", "true", "names of sorts, which cards have as tags"},
	{"category_fields", "key label", "true", "questions of a public form"},
	{"account_people", "name", "id IN (SELECT author_id FROM discussion_posts WHERE hidden = 0 AND taken = '' AND thing_id" + shown + ")", "who speaks in public does so under their name"},
	{"account_boxes", "card_id name insee commune publisher", "true", "the profile card: who the box is"},
	{"ads_ads", "id title text category place", "id" + shown, "of a public ad"},
	{"agenda_events", "id title description place organiser contact tags parent_id reason", "id" + shown + " OR parent_id" + shown, "of a public event and its programme"},
	{"agenda_rolls", "event_id", "event_id" + shown, "of a public event"},
	{"agenda_participations", "event_id", "event_id" + shown, "of a public event"},
	{"assembly_assemblies", "id title place description", "id" + shown, "of an assembly everybody is told of"},
	{"booking_resources", "id name description site equipment", "id" + shown, "of a room everybody may see"},
	{"booking_bookings", "id title", "id" + shown, "of a booking that is announced"},
	{"booking_bookings", "resource_id", "resource_id" + shown, "the room"},
	{"booking_bookings", "event_id", "event_id" + shown, "the event it is for"},
	{"booking_managers", "resource_id", "resource_id" + shown, "the room"},
	{"booking_spans", "resource_id", "resource_id" + shown, "the room"},
	{"directory_elements", "id name name_key brief description street website hours access equipment rna siret tags parent_id category", "id" + shown, "of a public entry"},
	{"directory_elements", "phone", "id" + shown + " AND instr(residents_only || ' ' || withheld, 'phone') = 0", "unless for residents or nobody"},
	{"directory_elements", "email", "id" + shown + " AND instr(residents_only || ' ' || withheld, 'email') = 0", "unless for residents or nobody"},
	{"directory_links", "element_id", "element_id" + shown, "a public entry"},
	{"directory_links", "thing_id", "thing_id" + shown, "a public thing"},
	{"directory_members", "element_id", "element_id" + shown, "a public entry"},
	{"directory_acts", "element_id", "element_id" + shown, "a public entry"},
	{"directory_acts", "thing_id title", "thing_id" + shown, "a public thing"},
	{"directory_claims", "element_id", "element_id" + shown, "a public entry"},
	{"discussion_entries", "id title text element_id group_id", "id" + shown, "a journal everybody reads"},
	{"discussion_topics", "id title group_id", "id" + shown, "a topic everybody reads"},
	{"discussion_posts", "id text thing_id", "hidden = 0 AND taken = '' AND thing_id" + shown, "what is said under a public thing is in its feed"},
	{"group_groups", "id name name_key purpose theme", "id" + shown, "a group everybody knows of"},
	{"mutualaid_favours", "id title description tags place destination availability", "id" + shown, "a need everybody may see"},
	{"mutualaid_chores", "id title text place contact tags", "id" + shown, "a chore everybody may see"},
	{"mutualaid_rosters", "id title text place", "id" + shown, "a roster everybody may see"},
	{"petition_petitions", "id title description addressee purpose tags answer", "id" + shown, "a public petition"},
	{"vote_proposals", "id title description choices reason outcome", "id" + shown, "a public proposal or result"},
	{"vote_results", "file", "proposal_id" + shown, "the minutes of a public vote"},
	{"photo_files", "hash thumb_hash", "hash IN (SELECT hash FROM photo_uses WHERE thing_id" + shown + ")", "a picture of a public thing is named by its hash"},
	{"photo_uses", "alt hash thing_id", "thing_id" + shown, "a picture of a public thing"},
	{"neighbour_publishers", "*", "true", "numbers of the exchange, made by the program; feed, inst and profile are told"},
	{"neighbour_records", "*", "true", "the signed log"},
	{"neighbour_bodies", "*", "true", "what stands behind the signed log"},
	{"neighbour_erasures", "id", "true", "a tombstone's id, which is told"},
	{"neighbour_heads", "*", "true", "the trail, which is told"},
	{"neighbour_epochs", "*", "true", "the statements, which are told"},
	{"neighbour_logs", "*", "true", "what a Have and a tip say, and who gave it"},
	{"neighbour_copies", "*", "true", "what other boxes publish, which is passed on"},
	{"neighbour_mentions", "*", "true", "what other boxes' cards name"},
	{"neighbour_returns", "*", "true", "a head of our own that another box told"},
	{"neighbour_stagings", "*", "true", "another box's log as it comes"},
	{"neighbour_communes", "commune", "true", "the scope, which is in every Hello"},
	{"neighbour_territories", "*", "true", "what other boxes publish"},
	{"neighbour_claims", "id about name kind", "true", "vouches and labels are published"},
}

// publicRows is which rows of a column may leave; empty: none.
func publicRows(table, name string) string {
	var where []string
	for _, o := range openTo {
		if o.table == table && (o.columns == "*" || slices.Contains(strings.Fields(o.columns), name)) {
			where = append(where, "("+o.where+")")
		}
	}
	return strings.Join(where, " OR ")
}
