// An independent reader of CoPi's formats (PROTOCOL.md §§1-5), to keep the Go
// code honest: it decodes every golden vector with nothing but node's crypto,
// encodes it again byte for byte, and checks hashes, signatures and the digest.
//
//   node reader.mjs vectors.json

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { decode, digest, encode, fail, get, hash, signedBy, u64 } from "./format.mjs";

// readBundle reads a bundle (PROTOCOL.md §11) without unpacking it: its frames
// and the maker's signature over all that stands before the last one.
function readBundle(b) {
  const magic = Buffer.from("COPI1\n");
  if (!b.subarray(0, magic.length).equals(magic)) fail("not a bundle");
  const types = [];
  for (let at = magic.length; at < b.length;) {
    const from = at;
    let n = 0;
    for (let shift = 0; ; shift += 7) {
      n |= (b[at] & 0x7f) << shift;
      if (b[at++] < 0x80) break;
    }
    const [[key, body]] = decode(b.subarray(at, at += n));
    types.push(parseInt(key.length > 2 ? key.slice(2) : key, 16));
    if (types.at(-1) !== 50) continue;
    const message = Buffer.concat([Buffer.from("copi-bundle-v1\0"), hash(b.subarray(0, from))]);
    if (!signedBy(box, message, get(body, 1))) fail("wrong signature of the bundle");
  }
  if (types.join() !== "48,3,4,5,49,50") fail(`frames ${types}`);
}

// readFound checks an answer to a search (PROTOCOL.md §5) by nothing but itself:
// the key its first statement names, the head, then each card.
function readFound(found) {
  const from = get(found, 1), [statement] = get(found, 2);
  const first = get(statement, 1), key = get(decode(first), 4);
  if (!hash(first).equals(from)) fail("found of another origin");
  if (!signedBy(key, messages.epoch(first), get(statement, 2))) fail("wrong signature of the statement");
  const [head, sig] = get(found, 3);
  if (!signedBy(key, messages.head(head), sig)) fail("wrong signature of the head");
  for (const [card, sig] of [...get(found, 4), get(found, 5)]) {
    const message = Buffer.concat([Buffer.from("copi-card-v1\0"), from, u64(get(decode(head), 2)), card]);
    if (!signedBy(key, message, sig)) fail("wrong signature of a card that was found");
    if (get(decode(card), 2) > get(decode(head), 3)) fail("found a card newer than its head");
  }
}

// readProof checks the proof of an invitation's secret (PROTOCOL.md §7): the box
// of the vectors invites and answers, who calls has the key called recovery.
function readProof(hello) {
  const peer = (key) => Buffer.concat([Buffer.from("002408011220", "hex"), key]);
  const prefixed = (b) => Buffer.concat([Buffer.from([b.length]), b]);
  const other = Buffer.from(set.keys.recovery, "hex");
  const calls = !get(hello, 3).equals(origin);
  const [from, to] = calls ? [other, box] : [box, other];
  const message = Buffer.concat([
    Buffer.from("copi-pair-secret-v1\0"), Buffer.from([calls ? 1 : 0]), prefixed(peer(from)), prefixed(peer(to)),
  ]);
  const [invite] = set.vectors.filter((v) => v.type === "invite").map((v) => decode(Buffer.from(v.hex, "hex")));
  if (!createHmac("sha256", get(invite, 4)).update(message).digest().equals(get(hello, 7))) fail("wrong proof");
}

const set = JSON.parse(readFileSync(process.argv[2]));
const origin = Buffer.from(set.origin, "hex"), box = Buffer.from(set.keys.box, "hex");
const messages = {
  epoch: (b) => Buffer.concat([Buffer.from("copi-epoch-v1\0"), b]),
  card: (b) => Buffer.concat([Buffer.from("copi-card-v1\0"), origin, u64(1), b]),
  head: (b) => Buffer.concat([Buffer.from("copi-head-v1\0"), b]),
};
const cards = [];
let bad = 0;
for (const v of set.vectors) {
  try {
    const b = Buffer.from(v.hex, "hex");
    if (v.type === "bundle") { readBundle(b); continue; }
    const value = decode(b);
    if (!encode(value).equals(b)) fail("encodes otherwise");
    if (hash(b).toString("hex") !== v.hash) fail("another hash");
    if (v.sig && !signedBy(box, messages[v.type](b), Buffer.from(v.sig, "hex"))) fail("wrong signature");
    if (v.type === "card") cards.push(b);
    if (v.type === "epoch" && get(value, 3) === 1n && !hash(b).equals(origin)) fail("not the origin");
    if (v.type === "head") {
      if (get(value, 5) !== BigInt(cards.length)) fail("another count");
      if (!get(value, 6).equals(digest(cards))) fail("another digest");
      if (!get(value, 1).equals(origin)) fail("another origin");
    }
    if (v.type === "message" && get(value, 65)) readFound(get(value, 65));
    if (v.type === "message" && get(value, 16) && get(get(value, 16), 7)) readProof(get(value, 16));
    if (v.type === "invite" && !(get(value, 2).equals(box) && get(value, 3).equals(origin))) fail("invites for another box");
    if (v.type === "records" && !cards.every((c, i) => value[2 * i].equals(c))) fail("other cards");
  } catch (err) {
    bad++;
    console.error(`${v.type} ${v.name}: ${err.message}`);
  }
}
console.log(`${set.vectors.length} vectors, ${bad} wrong`);
process.exit(bad ? 1 : 0);
