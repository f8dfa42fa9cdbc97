package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"reflect"
	"testing"
)

const vectorFile = "../testdata/vectors.json"

var update = flag.Bool("update", false, "write new vectors; never change those of a release")

// vector is one golden encoding. Hex because people compare it by eye.
type vector struct {
	Name  string `json:"name"`
	Type  string `json:"type"`          // epoch, card, tombstone, head, body, records, message, batch, bundle, invite
	Hex   string `json:"hex"`           // the bytes
	Sig   string `json:"sig,omitempty"` // their signature
	Hash  string `json:"hash"`          // SHA-256 of the bytes
	Bytes []byte `json:"-"`
}

type vectorSet struct {
	Comment string            `json:"comment"`
	Keys    map[string]string `json:"keys"` // seeds and public keys
	Origin  string            `json:"origin"`
	Vectors []vector          `json:"vectors"`
}

var (
	boxKey      = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	recoveryKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
)

func vectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var set vectorSet
	if err := json.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	for i := range set.Vectors {
		if set.Vectors[i].Bytes, err = hex.DecodeString(set.Vectors[i].Hex); err != nil {
			t.Fatal(err)
		}
	}
	return set.Vectors
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// sampleCards is one card with every field, one bare one, one with a key of a
// later version, and two tombstones.
func sampleCards() []*Card {
	return []*Card{
		{
			ID: ID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Seq: 1, Kind: "event", Title: "Fête de l'œuf, « à l'école »",
			Position: &Point{Lat: 4441234, Lon: -200001}, When: &Span{Start: 29_900_000, End: 29_900_120},
			Tags: []string{"fête", "enfants"}, Commune: "46042", Body: Sum([]byte("body")), BodyLen: 646,
			Expiry: 20_800, Lang: "fr", Price: &Price{Amount: 1250, Unit: "EUR"}, Flags: Recurring | Postponed,
		},
		{ID: ID{9}, Seq: 70_000, Kind: "offer", Title: "Bois de chauffage"},
		{
			ID: ID{8}, Seq: 70_001, Kind: "need", Title: "Échelle", Price: &Price{Unit: "free"},
			Extra: Extra{{key: []byte{0x18, 0x63}, value: []byte{0x82, 0x01, 0x61, 'x'}}},
		},
		{ID: ID{7}, Seq: 1 << 40, Gone: Withdrawn},
		{ID: ID{6}, Seq: 1<<40 + 1, Gone: Erased},
	}
}

func sampleVectors(t testing.TB) vectorSet {
	bytesOf := must[[]byte](t)
	first := must[SignedEpoch](t)(FirstEpoch(boxKey, Sum(recoveryKey.Public().(ed25519.PublicKey))))
	origin := Sum(first.Statement)
	set := vectorSet{
		Comment: "Golden vectors of PROTOCOL.md: each must decode for ever. Add, never change.",
		Origin:  origin.String(),
		Keys: map[string]string{
			"box_seed": hex.EncodeToString(boxKey.Seed()), "box": hex.EncodeToString(boxKey.Public().(ed25519.PublicKey)),
			"recovery_seed": hex.EncodeToString(recoveryKey.Seed()), "recovery": hex.EncodeToString(recoveryKey.Public().(ed25519.PublicKey)),
		},
	}
	add := func(name, kind string, b, sig []byte) {
		set.Vectors = append(set.Vectors, vector{
			Name: name, Type: kind, Hex: hex.EncodeToString(b),
			Sig: hex.EncodeToString(sig), Hash: Sum(b).String(),
		})
	}
	add("E(1)", "epoch", first.Statement, first.Sig)
	restore := Epoch{Version: 1, Origin: origin, N: 2, Recovery: Sum(recoveryKey.Public().(ed25519.PublicKey)), Previous: origin, Reason: Restore}
	copy(restore.BoxKey[:], boxKey.Public().(ed25519.PublicKey))
	b := bytesOf(restore.Encode())
	add("E(2), a restore", "epoch", b, SignEpoch(boxKey, b))

	var records []Record
	var entries []Entry
	for i, c := range sampleCards() {
		b := bytesOf(c.Encode())
		sig := SignCard(boxKey, origin, 1, b)
		add([]string{"every field", "bare", "with a key of a later version", "withdrawn", "erased"}[i], "card", b, sig)
		records = append(records, Record{b, sig})
		entries = append(entries, Entry{c.ID, c.Seq, Sum(b)})
	}
	head := Head{
		Origin: origin, Epoch: 1, Seq: 1<<40 + 2, Floor: 5, Count: 5, Digest: Digest(entries),
		Previous: Sum([]byte("previous")), Inst: [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, Made: Date{Day: 20_780, Quality: 2},
	}
	b = bytesOf(head.Encode())
	sig := SignHead(boxKey, b)
	add("over the cards above", "head", b, sig)
	add("an event's", "body", bytesOf(EncodeBody(map[string]any{
		"description": "Apportez un plat.", "location": map[string]any{"name": "Salle des fêtes"}, "rrule": "FREQ=WEEKLY",
		"offers": []any{12.5, 3.0, true, nil},
	})), nil)
	add("the cards above", "records", joinRecords(records), nil)
	packed, _ := PackRecords(records)
	for _, m := range []struct {
		name string
		m    Message
	}{
		{"hello", &Hello{Version: 1, Scope: Scope{Hops: 3}, Features: []string{"get"}, Feed: [8]byte{1}, Rev: 12, Time: &Time{Unix: 1_795_000_000, Quality: 2}}},
		{"hello: scope", &Hello{Version: 1, Scope: Scope{
			Areas: []Area{{At: Point{Lat: 4448500, Lon: 184300}, Radius: 50}}, Communes: []string{"19", "46045"},
			Origins: []Hash{Sum([]byte("another origin"))}, Hops: 3,
		}, Feed: [8]byte{1}, Rev: 12}},
		{"have", &Have{Rev: 13, Entries: []HaveEntry{{Origin: origin, Epoch: 1, Seq: head.Seq, Hops: 0}}}},
		{"want", &Want{Origin: origin, Epoch: 1, After: 70_000, Relist: true}},
		{"tip", &Tip{Origin: origin, Epochs: []SignedEpoch{first}, Head: SignedHead{Head: b, Sig: sig}}},
		{"trail", &Trail{Heads: map[Hash][]SignedHead{origin: {{Head: b, Sig: sig}}}}},
		{"bye", &Bye{Code: ByeBusy, Text: "later", Retry: 3600}},
	} {
		add(m.name, "message", bytesOf(Encode(m.m)), nil)
	}
	add("batch: must decode; another compressor may write it otherwise", "batch",
		bytesOf(Encode(&Batch{Origin: origin, Epoch: 1, UpTo: 1<<40 + 1, More: true, Relist: true, Zstd: packed})), nil)
	for _, m := range []struct {
		name string
		m    Message
	}{
		{"pair: hello", &PairHello{Version: 1, Promise: Sum([]byte("promise")), Origin: origin, Epochs: []SignedEpoch{first}, Name: "Cajarc", Commune: "46045"}},
		{"pair: reveal", &PairReveal{Number: Sum([]byte("number"))}},
		{"pair: yes", &PairAnswer{Answer: PairYes}},
		{"get: two", &Get{Hashes: []Hash{Sum([]byte("one")), Sum([]byte("two"))}, TTL: MaxTTL}},
		{"get: the rest", &Get{Hashes: []Hash{Sum([]byte("one"))}, Offset: 2}},
		{"get: piece", &Piece{Hash: Sum([]byte("one")), Offset: 2, Total: 3, Bytes: []byte("e")}},
		{"get: miss", &Miss{Hash: Sum([]byte("two"))}},
	} {
		add(m.name, "message", bytesOf(Encode(m.m)), nil)
	}
	addBundle(t, add, origin, first, SignedHead{Head: b, Sig: sig}, packed)
	vouch := bytesOf((&Card{ID: ID{5}, Seq: 3, Kind: "vouch", Title: "Cajarc", About: Sum([]byte("another origin"))}).Encode())
	add("a vouch", "card", vouch, SignCard(boxKey, origin, 1, vouch))
	addSearch(t, add, origin, first, SignedHead{Head: b, Sig: sig}, records[:3])
	add("bundle: blob", "message", bytesOf(Encode(&Blob{Piece{Hash: Sum([]byte("one")), Total: 3, Bytes: []byte("on")}})), nil)
	addInvite(t, add, origin, first)
	addTerritory(t, add, origin)
	return set
}

// inviteSecret is the one in the vectors.
var inviteSecret = Secret(bytes.Repeat([]byte{3}, 16))

// peerIDOf is the libp2p name of a key, in bytes: an identity multihash of its
// protobuf.
func peerIDOf(key ed25519.PrivateKey) string {
	return "\x00\x24\x08\x01\x12\x20" + string(key.Public().(ed25519.PublicKey))
}

// addInvite adds an invitation and the proofs of both sides: the box of the
// vectors invites, one whose key is called recovery here calls.
func addInvite(t testing.TB, add func(name, kind string, b, sig []byte), origin Hash, first SignedEpoch) {
	bytesOf := must[[]byte](t)
	add("two addresses and a name", "invite", bytesOf((&Invite{
		Version: 1, BoxKey: Hash(boxKey.Public().(ed25519.PublicKey)), Origin: origin, Secret: inviteSecret,
		Addresses: []string{"boite.example:4001", "192.0.2.20:4001"}, Name: "Cajarc",
	}).Encode()), nil)
	box, other := peerIDOf(boxKey), peerIDOf(recoveryKey)
	theirs := must[SignedEpoch](t)(FirstEpoch(recoveryKey, Sum([]byte("recovery"))))
	add("pair: hello of who calls with a code", "message", bytesOf(Encode(&PairHello{
		Version: 1, Promise: Sum([]byte("promise")), Origin: Sum(theirs.Statement), Epochs: []SignedEpoch{theirs},
		Proof: inviteSecret.Proof(true, other, box),
	})), nil)
	add("pair: hello of who shows a code", "message", bytesOf(Encode(&PairHello{
		Version: 1, Promise: Sum([]byte("promise")), Origin: origin, Epochs: []SignedEpoch{first}, Name: "Cajarc",
		Proof: inviteSecret.Proof(false, box, other),
	})), nil)
	add("pair: a code is needed", "message", bytesOf(Encode(&PairAnswer{Answer: PairCode})), nil)
}

// addTerritory adds a territory card and what lies in it: two communes, and a
// triangle with a hole (listing.Zone.Body).
func addTerritory(t testing.TB, add func(name, kind string, b, sig []byte), origin Hash) {
	body := must[[]byte](t)(EncodeBody(map[string]any{
		"@type": "Place", "additionalType": "basin", "description": "De part et d'autre de la rivière.",
		"communes": []string{"19004", "46029"},
		"polygons": [][][]int32{{{4490000, -100000, 4500000, 180000, 4480000, 190000}, {4491000, 100000, 4492000, 110000, 4490000, 120000}}},
	}))
	add("a territory's", "body", body, nil)
	card := must[[]byte](t)((&Card{ID: ID{3}, Seq: 9, Kind: KindTerritory, Title: "Deux rives", Body: Sum(body), BodyLen: uint64(len(body)), Lang: "fr"}).Encode())
	add("a territory", "card", card, SignCard(boxKey, origin, 1, card))
}

// addSearch adds a question and its answer.
func addSearch(t testing.TB, add func(name, kind string, b, sig []byte), origin Hash, first SignedEpoch, head SignedHead, records []Record) {
	found := &Found{Origin: origin, Epochs: []SignedEpoch{first}, Head: head, Hops: 1, Age: 90}
	for _, r := range records {
		found.Cards = append(found.Cards, SignedCard{Card: r.Card, Sig: r.Sig})
	}
	profile := must[[]byte](t)((&Card{ID: ID{4}, Seq: 2, Kind: KindProfile, Title: "Cajarc", Commune: "46045"}).Encode())
	found.Profile = &SignedCard{Card: profile, Sig: SignCard(boxKey, origin, 1, profile)}
	for _, m := range []struct {
		name string
		m    Message
	}{
		{"search: everything said", &Search{
			Words: "fête de l’école", Kinds: []string{"event", "place"}, Around: &Around{Lat: 4441234, Lon: -200001, KM: 20},
			When: &Span{Start: 29_900_000, End: 29_910_000}, Limit: MaxFound, Without: []Hash{Sum([]byte("another origin"))},
		}},
		{"search: words", &Search{Words: "tondeuse", Limit: 20}},
		{"search: found", found},
		{"search: no more", &FoundAll{}},
		{"search: and more", &FoundAll{More: true}},
	} {
		add(m.name, "message", must[[]byte](t)(Encode(m.m)), nil)
	}
}

// addBundle adds the messages only a bundle has, and a whole one.
func addBundle(t testing.TB, add func(name, kind string, b, sig []byte), origin Hash, first SignedEpoch, head SignedHead, packed []byte) {
	header := &BundleHeader{
		Version: 1, Origin: origin, Epochs: []SignedEpoch{first}, Name: "Cajarc", For: Sum([]byte("another box")),
		Haves: []HaveEntry{
			{Origin: origin, Epoch: 1, Seq: 1<<40 + 2},
			{Origin: Sum([]byte("a third box")), Epoch: 2, Seq: 7, Hops: 1},
		},
		Made: Date{Day: 20_780, Quality: 2},
	}
	bodies, _ := PackBodies([][]byte{must[[]byte](t)(EncodeBody(map[string]any{"description": "Apportez un plat."}))})
	add("bundle: header", "message", must[[]byte](t)(Encode(header)), nil)
	add("bundle: end", "message", must[[]byte](t)(Encode(&BundleEnd{Sig: head.Sig})), nil)
	var file bytes.Buffer
	w := must[*BundleWriter](t)(NewBundleWriter(&file, header))
	for _, m := range []Message{
		&Want{Origin: origin, Epoch: 1, Relist: true},
		&Batch{Origin: origin, Epoch: 1, UpTo: 1<<40 + 2, Relist: true, Zstd: packed},
		&Tip{Origin: origin, Epochs: []SignedEpoch{first}, Head: head},
		bodies,
	} {
		if err := w.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(boxKey); err != nil {
		t.Fatal(err)
	}
	add("bundle: must be read; another compressor may write it otherwise", "bundle", file.Bytes(), nil)
}

func TestVectorsAreWhatWeWrite(t *testing.T) {
	set := sampleVectors(t)
	if *update {
		b, err := json.MarshalIndent(set, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, append(b, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden := vectors(t)
	if len(golden) != len(set.Vectors) {
		t.Fatalf("%d vectors in the file, %d written", len(golden), len(set.Vectors))
	}
	for i, v := range set.Vectors {
		g := golden[i]
		if g.Bytes = nil; v.Type != "batch" && v.Type != "bundle" && !reflect.DeepEqual(g, v) {
			t.Errorf("%s %s:\n%v in the file\n%v written", v.Type, v.Name, g, v)
		}
	}
}

func TestVectorsDecode(t *testing.T) {
	decode := map[string]func([]byte) ([]byte, error){
		"epoch":  func(b []byte) ([]byte, error) { return reencode(DecodeEpoch(b)) },
		"card":   func(b []byte) ([]byte, error) { return reencode(DecodeCard(b)) },
		"head":   func(b []byte) ([]byte, error) { return reencode(DecodeHead(b)) },
		"invite": func(b []byte) ([]byte, error) { return reencode(DecodeInvite(b)) },
		"body": func(b []byte) ([]byte, error) {
			m, err := DecodeBody(b)
			if err != nil {
				return nil, err
			}
			return EncodeBody(m)
		},
		"records": func(b []byte) ([]byte, error) {
			recs, err := splitRecords(b)
			return joinRecords(recs), err
		},
		"message": func(b []byte) ([]byte, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return Encode(m)
		},
	}
	decode["batch"], decode["bundle"] = decode["message"], copyBundle
	var records []byte
	for _, v := range vectors(t) {
		out, err := decode[v.Type](v.Bytes)
		if err != nil || !bytes.Equal(out, v.Bytes) {
			t.Errorf("%s %s: %v\n%x\n%x", v.Type, v.Name, err, v.Bytes, out)
		}
		if v.Type == "records" {
			records = v.Bytes
		}
		if v.Type == "batch" {
			m, _ := Decode(v.Bytes)
			recs, err := UnpackRecords(m.(*Batch).Zstd)
			if err != nil || !bytes.Equal(joinRecords(recs), records) {
				t.Errorf("the batch does not hold the records: %v", err)
			}
		}
	}
}

// copyBundle reads a bundle and writes what it read.
func copyBundle(b []byte) ([]byte, error) {
	r, err := NewBundleReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := NewBundleWriter(&out, r.Header)
	for err == nil {
		m, nextErr := r.Next()
		if errors.Is(nextErr, io.EOF) {
			err = w.End(boxKey)
			break
		}
		if err = nextErr; err == nil {
			err = w.Write(m)
		}
	}
	return out.Bytes(), err
}

func reencode[T interface{ Encode() ([]byte, error) }](v T, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return v.Encode()
}
