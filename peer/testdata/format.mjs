// CoPi's formats (PROTOCOL.md §§1-5) written apart from the Go code, with
// nothing but node's crypto: what reads the golden vectors and what talks to a
// box both use it.

import { createHash, createPublicKey, verify } from "node:crypto";

export const hash = (b) => createHash("sha256").update(b).digest();
export const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
export const fail = (why) => { throw new Error(why); };

// decode reads one CBOR item in deterministic form. A map is a Map from the
// key's hexadecimal bytes, so that any key keeps its place.
export function decode(buf) {
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

export function encode(v) {
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
export const get = (map, key) => map.get(encode(BigInt(key)).toString("hex"));

// signedBy checks an ed25519 signature; node wants the key in SPKI form.
export function signedBy(key, message, sig) {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return verify(null, message, createPublicKey({ key: der, format: "der", type: "spki" }), sig);
}

export function digest(cards) {
  const rows = cards.map((b) => { const c = decode(b); return Buffer.concat([get(c, 1), u64(get(c, 2)), hash(b)]); });
  return hash(Buffer.concat(rows.sort(Buffer.compare)));
}
