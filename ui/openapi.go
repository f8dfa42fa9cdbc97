package ui

import "copi.local/store/listing"

// object keeps the description of the API readable.
type object = map[string]any

// openAPI describes the machine surface; a test holds it against the routes
// and against an answer.
func openAPI(version string) object {
	list := filterParameters(true)
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "CoPi", "version": version,
			"description": "Public listings of this commune's box and of its neighbours. The same filters give the same set in every view.",
			"license":     object{"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
		},
		"paths": object{
			"/api/v1/listings": object{"get": object{
				"operationId": "listListings", "summary": "Cards, a page at a time", "parameters": list,
				"responses": object{"200": answers("application/json", ref("List")), "400": answers("application/json", ref("Error"))},
			}},
			"/api/v1/listings/{id}": object{"get": object{
				"operationId": "getListing", "summary": "One card; an own one with its body (schema.org names)",
				"parameters": []any{inPath("id")},
				"responses":  object{"200": answers("application/json", ref("Item")), "404": answers("application/json", ref("Error"))},
			}},
			"/api/v1/map": object{"get": object{
				"operationId": "map", "summary": "Cards on a map: one by one up to 1000, else counted by cells. Clusters or items add up to inside",
				"parameters": append(filterParameters(false), filter("zoom", "of web maps, 0 to 18", object{"type": "integer", "minimum": 0, "maximum": listing.MaxZoom}),
					filter("saved", "the name of a saved map in its address: its filters and colours instead of those of this address", object{"type": "string"}),
					filter("public", "yes: only what may be shown on other web sites", object{"enum": []any{"yes"}})),
				"responses": object{"200": answers("application/json", ref("Map")), "400": answers("application/json", ref("Error"))},
			}},
			"/api/v1/openapi.json": object{"get": object{
				"operationId": "describe", "summary": "This document",
				"responses": object{"200": answers("application/json", object{"type": "object"})},
			}},
			"/agenda.ics":     whole("calendar", "Events as iCalendar, whole; without filters from a month ago on", "text/calendar"),
			"/agenda.atom":    feed("eventFeed", "Events as an Atom feed, a page at a time", list),
			"/fiches.atom":    feed("feed", "Cards of any filters as an Atom feed, the newest first, a page at a time", list),
			"/fiches.geojson": whole("geojson", "Cards as GeoJSON, whole; geometry is null without a place", "application/geo+json"),
			"/fiches.csv":     whole("csv", "Cards as a table for a French spreadsheet, whole", "text/csv"),
			"/fiches.jsonld":  whole("jsonld", "Cards as things of schema.org, whole", linkedType),
			"/statistiques.csv": object{"get": object{
				"operationId": "statistics", "summary": "The numbers of the page of numbers, for a French spreadsheet",
				"responses": object{"200": object{"description": "a table", "content": object{"text/csv": object{}}}},
			}},
			"/decisions/recompter.html": object{"get": object{
				"operationId": "recount", "summary": "A page to keep that counts the published ballots of a vote again, from a disk",
				"responses": object{"200": answers("text/html", object{"type": "string"})},
			}},
			"/annuaire.vcf": whole("addressBook", "Organisations, projects, places and people who list themselves as vCard 4, whole", "text/vcard"),

			"/agenda/{id}/calendrier.ics":       one("event", "One event as iCalendar", "text/calendar"),
			"/sujets/{id}/fil.atom":             one("topicFeed", "What is said in one topic that everybody reads, the latest first, a page at a time", "application/atom+xml"),
			"/annuaire/{id}/nouvelles/fil.atom": one("journalFeed", "The public entries of an organisation's journal, the latest first, a page at a time", "application/atom+xml"),
			"/groupes/{id}/nouvelles/fil.atom":  one("groupJournalFeed", "The public entries of a group's journal, the latest first, a page at a time", "application/atom+xml"),
			"/commentaires/{id}/fil.atom":       one("commentFeed", "What is said about one public thing, the latest first, a page at a time", "application/atom+xml"),
			"/commentaires.atom":                whole("commentsFeed", "What is said about public things, the latest first, a page at a time", "application/atom+xml"),
			"/salles/{id}/calendrier.ics":       one("room", "When one room is taken, and nothing more, as iCalendar", "text/calendar"),
			"/fiche/{id}/donnees.jsonld":        one("linked", "One card as a thing of schema.org", linkedType),
			"/fiche/{id}/contact.vcf":           one("contact", "One entry of the directory as vCard 4", "text/vcard"),
			"/carte/{slug}/export.zip": object{"get": object{
				"operationId": "savedMap", "summary": "A saved map with its files, to put on a site", "parameters": []any{inPath("slug")},
				"responses": object{"200": binary("application/zip"), "404": object{"description": "no such map"}},
			}},
			"/photo/{hash}":          picture("photo", "A photo of a card's body.image, at most 1280 pixels a side"),
			"/photo/{hash}/vignette": picture("thumbnail", "The same, at most 320 pixels a side"),
			"/carte/fond.pmtiles": object{"get": object{
				"operationId": "basemap", "summary": "The operator's own base map, if there is one; ranges are answered",
				"responses": object{"200": binary("application/octet-stream"), "206": binary("application/octet-stream"), "404": object{"description": "there is none"}},
			}},
			"/decisions/{id}/proces-verbal.json": object{"get": object{
				"operationId": "ballots", "summary": "A vote that was counted: its rule, its ballots without names, its result, to count again",
				"parameters": []any{inPath("id")},
				"responses":  object{"200": answers("application/json", object{"type": "object"}), "404": object{"description": "no such vote, or not counted yet"}},
			}},
			"/decisions/{id}/proces-verbal.pdf": object{"get": object{
				"operationId": "minutes", "summary": "The minutes of a vote that was counted, to keep and to print", "parameters": []any{inPath("id")},
				"responses": object{"200": binary("application/pdf"), "404": object{"description": "no such vote, or not counted yet"}},
			}},
			"/healthz": object{"get": object{"operationId": "health", "summary": "Whether the box is well", "responses": object{"200": answers("application/json", object{"type": "object"}), "503": answers("application/json", object{"type": "object"})}}},
		},
		"components": object{"schemas": schemas()},
	}
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func answers(media string, schema object) object {
	return object{"description": "", "content": object{media: object{"schema": schema}}}
}

func whole(id, summary, media string) object {
	return object{"get": object{
		"operationId": id, "summary": summary, "parameters": filterParameters(false),
		"responses": object{"200": answers(media, object{"type": "string"}), "400": object{"description": ""}},
	}}
}

func feed(id, summary string, parameters []any) object {
	return object{"get": object{
		"operationId": id, "summary": summary, "parameters": parameters,
		"responses": object{"200": answers("application/atom+xml", object{"type": "string"}), "304": object{"description": "not changed since that ETag"}, "400": object{"description": ""}},
	}}
}

// one is a card in another form.
func one(id, summary, media string) object {
	return object{"get": object{
		"operationId": id, "summary": summary, "parameters": []any{inPath("id")},
		"responses": object{"200": answers(media, object{"type": "string"}), "404": object{"description": "no such card, or not of this kind"}},
	}}
}

func picture(id, summary string) object {
	return object{"get": object{
		"operationId": id, "summary": summary, "parameters": []any{inPath("hash")},
		"responses": object{"200": binary("image/jpeg"), "404": object{"description": "no such photo, or none you may see"}},
	}}
}

func binary(media string) object {
	return answers(media, object{"type": "string", "format": "binary"})
}

func inPath(name string) object {
	return object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}}
}

func filterParameters(paged bool) []any {
	text := object{"type": "string"}
	list := []any{
		filter("q", "words; accents, case and plurals do not matter", text),
		filter("kind", "event, offer, need, place, org, project, notice, …; given several times, any of them", text),
		filter("tag", "any spelling, with or without #; several, separated by commas, are any of them", text),
		filter("also", "a second tag, in any spelling: cards that have it as well", text),
		filter("commune", "INSEE code", text),
		filter("zone", "id of a zone of the territory, as in the addresses of /territoire", text),
		filter("pop_max", "not from communes with more inhabitants", object{"type": "integer", "minimum": 1}),
		filter("origin", "own (this box), neighbours, or the id of one box (hexadecimal, as in origin.id)", text),
		filter("near", "lat,lon in degrees; without it the commune", text),
		filter("radius_km", "within so many kilometres; what has no place is where its commune is", object{"type": "number", "exclusiveMinimum": 0}),
		filter("from", "a day or an instant (RFC 3339): what is on at or after it", text),
		filter("to", "a day, included, or an instant, excluded", text),
		filter("box", "south,west,north,east in degrees: what has its place in it; west may be greater than east, across the date line", text),
		filter("placed", "yes: with a place on a map, no: without", object{"enum": []any{listing.WithPlace, listing.WithoutPlace}}),
		filter("group", "id of a group: what belongs to it, as far as who asks may see it; mine: what is for the members of one's own groups alone", text),
		filter("element", "id of an organisation or a place of the directory: what it gives or houses on this box", text),
		filter("current", "yes: what was over before today is left out", object{"enum": []any{"yes", "no"}}),
		filter("order", "newest, date (with from or to), near (the nearest first, from near or the commune), own (this box's cards first), best (with q)",
			object{"enum": []any{listing.Newest, listing.ByDate, listing.Nearest, listing.OwnFirst, listing.Best}}),
	}
	if paged {
		list = append(list,
			filter("cursor", "next of the page before, all else the same", text),
			filter("limit", "cards on a page", object{"type": "integer", "minimum": 1, "maximum": listing.MaxLimit, "default": listing.DefaultLimit}))
	}
	return list
}

func filter(name, description string, schema object) object {
	return object{"name": name, "in": "query", "description": description, "schema": schema}
}

func schemas() object {
	text, number, date := object{"type": "string"}, object{"type": "number"}, object{"type": "string", "format": "date-time"}
	orNull := func(o object) object { return object{"anyOf": []any{o, object{"type": "null"}}} }
	origin := object{"type": "object", "required": []any{"id", "name", "seen_at"}, "properties": object{"id": text, "name": text, "seen_at": date}}
	price := object{"type": "object", "required": []any{"amount", "unit"}, "properties": object{"amount": object{"type": "integer"}, "unit": text}}
	return object{
		"List": object{
			"type": "object", "required": []any{"total", "items", "next"},
			"properties": object{"total": object{"type": "integer"}, "items": object{"type": "array", "items": ref("Item")}, "next": orNull(text)},
		},
		"Item": object{
			"type": "object",
			"required": []any{
				"id", "kind", "title", "summary", "tags", "commune", "lat", "lon", "starts_at", "ends_at", "all_day", "cancelled", "postponed", "tentative",
				"price", "updated_at", "url", "origin",
			},
			"properties": object{
				"id": text, "kind": text, "title": text, "summary": text, "tags": object{"type": "array", "items": text},
				"commune": text, "lat": orNull(number), "lon": orNull(number), "starts_at": orNull(date), "ends_at": orNull(date),
				"all_day": object{"type": "boolean"}, "cancelled": object{"type": "boolean"}, "postponed": object{"type": "boolean"},
				"tentative": object{"type": "boolean"}, "price": orNull(price),
				"updated_at": date, "url": text, "origin": origin, "distance_km": number, "body": object{"type": "object"},
			},
		},
		"Map": object{
			"type": "object", "required": []any{"total", "unplaced", "inside", "clusters", "items"},
			"properties": object{
				"total": object{"type": "integer"}, "unplaced": object{"type": "integer"}, "inside": object{"type": "integer"},
				"clusters": object{"type": "array", "items": object{"type": "object", "properties": object{
					"n": object{"type": "integer"}, "lat": number, "lon": number, "kind": text,
					"box": object{"type": "array", "items": number, "minItems": 4, "maxItems": 4},
				}}},
				"items": object{"type": "array", "items": object{"type": "object", "properties": object{
					"id": text, "kind": text, "title": text, "lat": number, "lon": number, "url": text, "colour": text, "letter": text,
				}}},
			},
		},
		"Error": object{"type": "object", "properties": object{"error": object{"type": "object"}}},
	}
}
