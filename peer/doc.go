// Package peer lets neighbouring boxes find, trust and read one another.
//
// A box is the only author of its own log of public cards; boxes pull from each
// other what comes after the number they hold. What is built of the protocol,
// and where: the box key (identity.go); the libp2p host, TCP + Noise + Yamux
// and nothing else (host.go), with its gate that shuts out strangers after the
// handshake (gate.go); finding boxes on the local network (discover.go);
// pairing by six digits (pair.go, pairing.go); /copi/sync/1.0.0 on both sides
// (pull.go, serve.go) and who is called when (links.go). Bytes on the wire are
// peer/wire's, what is kept is store/neighbour's.
//
// Everything a neighbour sends is judged as a form of a stranger would be.
// Nothing here trusts the time of day: deadlines run on elapsed time, order
// comes from numbers.
package peer
