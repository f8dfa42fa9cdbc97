package ui

// What the operator reads of a linked box, in words.

// Holds says how much of our listings it has.
func (p *neighboursPage) Holds(b NeighbourBox) string {
	switch {
	case !b.Told:
		return p.T("neighbour.holds.nothing")
	case b.Missing > 0:
		return p.T("neighbour.holds.missing", "n", b.Missing)
	default:
		return p.T("neighbour.holds.all")
	}
}

// Traffic says what was exchanged with it today.
func (p *neighboursPage) Traffic(b NeighbourBox) string {
	key := "neighbour.traffic.today"
	if b.Started {
		key = "neighbour.traffic.started"
	}
	return p.T(key, "in", Bytes(b.In), "out", Bytes(b.Out))
}

// Unreached says why it does not answer and what can be done; empty when it
// does, or when nothing is known.
func (p *neighboursPage) Unreached(b NeighbourBox) string {
	if b.Connected || b.Blocked {
		return ""
	}
	switch b.Why {
	case "refused":
		return p.T("neighbour.unreached.refused")
	case "no_route":
		return p.T("neighbour.unreached.no_route")
	case "timeout":
		return p.T("neighbour.unreached.timeout")
	case "key":
		return p.T("neighbour.unreached.key")
	case "kept_out":
		return p.T("neighbour.unreached.kept_out")
	default:
		return ""
	}
}
