// Package peer lets neighbouring boxes find, trust and read one another.
//
// A box is the only author of its own log of public cards; boxes pull from each
// other what comes after the number they hold. What is built of the protocol,
// and where: the box key (identity.go); the libp2p host, TCP + Noise + Yamux
// (host.go) and QUIC beside it (quic.go), calls through a third box (relay.go,
// reserve.go) and how two do without it (punch.go), with its gate that shuts strangers out
// after the handshake (gate.go); finding boxes on the local network
// (discover.go); pairing by six digits: the arithmetic and the table of stages
// (pair.go), one conversation (talk.go), all of them and their bounds
// (pairing.go), and without digits by a code that one operator shows another
// (invite.go, invite_short.go, proof.go); why a box was not reached (why.go) and what goes over a link
// in a day (traffic.go); the own log (publish.go, publishing.go), its epochs and what an
// operator answers when it is in doubt (giveback.go, question.go, renew.go,
// succession.go); whose word counts of an origin and proofs that two speak for
// it (epochs.go, trail.go, fork.go); what is held of others' (replica.go,
// apply.go, swap.go); /copi/sync/1.0.0 on both sides (pull.go, serve.go); who
// is called when (links.go) and what becomes of who breaks a rule (verdict.go,
// fault.go); what a link may take, over all its streams (pace.go); what is
// carried beyond the linked boxes, along vouches that their operators sign
// (carry.go), and only where this box looks (scope.go);
// territories, which operators publish and adopt (territory.go); /copi/get, what is given (offer.go, give.go) and what is fetched:
// one conversation (take.go), on demand (asking.go, fetch.go), ahead (ahead.go),
// of boxes without a link by how near they are (ring.go),
// what a body means here (behind.go), where pictures lie (shelf.go) and when
// they go (tidy.go); leases of what nothing confirms any more (lease.go);
// bundles, which are the same in a file: package peer/bundle knows the order of
// what is in it and where the file waits, here is what it means (bundle_write.go,
// bundle_look.go, bundle_take.go, bundle_body.go, bundle_picture.go;
// bundle_desk.go for an operator). Node (node.go) is all of it. /copi/search: what linked boxes are answered (answer.go, seek.go), what is
// asked of them (search.go), what is remembered of that and may be shown
// (beyond.go, found.go). Bytes on the wire are peer/wire's, what is kept is
// store/neighbour's.
//
// Not built yet: a bundle cut short is refused whole, although its cards
// have signatures of their own. Its zstd is inside the frames, where the stream
// has it. A box first met by bundle is linked once two people have compared
// twenty digits.
//
// A territory card (PROTOCOL §6) has the kind territory, its name as title, and
// a body of "additionalType", the kind of zone; "description"; "communes", at
// most 1,000 INSEE codes, sorted; "polygons", a list of polygons, each a list of
// rings (the outline, then holes) of whole numbers, latitude and longitude in
// turn, in degrees × 100,000, not closed: at most 1,500 points, reaching over at
// most 1,000 km. Lines that cross themselves enclose by the even-odd rule. It is
// no listing: no search finds it, and an adopter keeps a copy under the hash of
// the body it saw (listing.ReadZone, listing.AdoptZone). Of one origin 32 are
// shown.
//
// Everything a neighbour sends is judged as a form of a stranger would be.
// Nothing here trusts the time of day: deadlines run on elapsed time, order
// comes from numbers. It only tells two boxes behind two routers when to call.
package peer
