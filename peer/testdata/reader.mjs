// An independent reader of CoPi's formats (PROTOCOL.md §§1-5), to keep the Go
// code honest: it decodes every golden vector with nothing but node's crypto,
// encodes it again byte for byte, and checks hashes, signatures and the digest.
//
//   node reader.mjs vectors.json

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const hash = (b) => createHash("sha256").update(b).digest();
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
const fail = (why) => { throw new Error(why); };

// decode reads one CBOR item in deterministic form. A map is a Map from the
// key's hexadecimal bytes, so that any key keeps its place.
function decode(buf) {
  let at = 0, level = 0;
  const take = (n) => { if (at + n > buf.length) fail("cut short"); at += n; return buf.subarray(at - n, at); };
  const argument = (info) => {
    if (info < 24) return BigInt(info);
    if (info > 27) fail("indefinite length");
    const width = 1 << (info - 24), n = BigInt("0x" + take(width).toString("hex"));
    if (n < 24n || (width > 1 && n >> BigInt(4 * width) === 0n)) fail("number longer than needed");
    return n;
  };
  const item = () => {
    const first = take(1)[0], major = first >> 5, info = first & 31;
    if (major === 7) {
      if (info === 20) return false;
      if (info === 21) return true;
      if (info === 22) return null;
      fail("float or simple value");
    }
    const n = argument(info);
    if (major === 0) return n;
    if (major === 1) return -1n - n;
    if (major === 2) return Buffer.from(take(Number(n)));
    if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(Number(n)));
    if (++level > 8) fail("too many levels");
    let out;
    if (major === 4) {
      out = [];
      for (let i = 0n; i < n; i++) out.push(item());
    } else if (major === 5) {
      out = new Map();
      let last = null;
      for (let i = 0n; i < n; i++) {
        const from = at;
        item();
        const key = buf.subarray(from, at);
        if (last && Buffer.compare(last, key) >= 0) fail("keys not in order");
        last = key;
        out.set(key.toString("hex"), item());
      }
    } else fail("tag");
    level--;
    return out;
  };
  const value = item();
  if (at !== buf.length) fail("bytes after the end");
  return value;
}

function encode(v) {
  const head = (major, n) => {
    n = BigInt(n);
    if (n < 24n) return Buffer.from([(major << 5) | Number(n)]);
    for (const [info, width] of [[24, 1], [25, 2], [26, 4], [27, 8]]) {
      if (n >> BigInt(8 * width) === 0n) {
        return Buffer.concat([Buffer.from([(major << 5) | info]), u64(n).subarray(8 - width)]);
      }
    }
    return fail("number too large");
  };
  if (v === false) return Buffer.from([0xf4]);
  if (v === true) return Buffer.from([0xf5]);
  if (v === null) return Buffer.from([0xf6]);
  if (typeof v === "bigint") return v < 0n ? head(1, -1n - v) : head(0, v);
  if (typeof v === "string") { const b = Buffer.from(v); return Buffer.concat([head(3, b.length), b]); }
  if (Buffer.isBuffer(v)) return Buffer.concat([head(2, v.length), v]);
  if (Array.isArray(v)) return Buffer.concat([head(4, v.length), ...v.map(encode)]);
  const pairs = [...v].map(([key, value]) => Buffer.concat([Buffer.from(key, "hex"), encode(value)]));
  return Buffer.concat([head(5, v.size), ...pairs]);
}

// get is the value of a small number key.
const get = (map, key) => map.get(encode(BigInt(key)).toString("hex"));

// signedBy checks an ed25519 signature; node wants the key in SPKI form.
function signedBy(key, message, sig) {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return verify(null, message, createPublicKey({ key: der, format: "der", type: "spki" }), sig);
}

function digest(cards) {
  const rows = cards.map((b) => { const c = decode(b); return Buffer.concat([get(c, 1), u64(get(c, 2)), hash(b)]); });
  return hash(Buffer.concat(rows.sort(Buffer.compare)));
}

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
    if (v.type === "records" && !cards.every((c, i) => value[2 * i].equals(c))) fail("other cards");
  } catch (err) {
    bad++;
    console.error(`${v.type} ${v.name}: ${err.message}`);
  }
}
console.log(`${set.vectors.length} vectors, ${bad} wrong`);
process.exit(bad ? 1 : 0);
