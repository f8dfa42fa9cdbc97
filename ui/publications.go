package ui

// publications are the addresses that answer with everything of their kind in
// one file, for `copi export` and for the page that names them.
var publications = []string{"/agenda.ics", "/fiches.csv", "/fiches.geojson", "/fiches.jsonld", "/annuaire.vcf"}

// Publications lists the files that hold all a box publishes.
func (s *Server) Publications() []string {
	var list []string
	for _, address := range publications {
		if s.has(address) {
			list = append(list, address)
		}
	}
	return list
}
