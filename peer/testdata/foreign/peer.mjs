// A neighbour that shares no code with CoPi: js-libp2p, and PROTOCOL.md read
// again in ../format.mjs. It serves a log of its own and pulls that of the box
// it is told of, checking every byte it gets.
//
//   node peer.mjs      writes one JSON object a line, reads the box's address

import "./node20.mjs";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createInterface } from "node:readline";
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { privateKeyFromRaw } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { multiaddr } from "@multiformats/multiaddr";
import { decompress } from "fzstd";
import { createLibp2p } from "libp2p";
import { decode, digest, encode, fail, get, hash, signedBy, u64 } from "../format.mjs";

const sync = "/copi/sync/1.0.0";
const say = (what) => console.log(JSON.stringify(what));
const sha = (b) => createHash("sha256").update(b).digest();

// map is a CBOR map with small numbers as keys.
const map = (...pairs) => new Map(pairs.map(([key, value]) => [encode(BigInt(key)).toString("hex"), value]));

// Frames: an unsigned varint, then a map of one type to its body.
function frame(type, body) {
  const b = encode(map([type, body])), length = [];
  for (let n = b.length; ; n >>= 7) {
    length.push(n < 0x80 ? n : (n & 0x7f) | 0x80);
    if (n < 0x80) break;
  }
  return Buffer.concat([Buffer.from(length), b]);
}

async function* frames(source) {
  let buf = Buffer.alloc(0);
  for await (const chunk of source) {
    buf = Buffer.concat([buf, chunk.subarray()]);
    for (;;) {
      let n = 0, at = 0, whole = false;
      for (let shift = 0; at < buf.length && !whole; shift += 7) {
        n |= (buf[at] & 0x7f) << shift;
        whole = buf[at++] < 0x80;
      }
      if (!whole || buf.length < at + n) break;
      const [[type, body]] = decode(buf.subarray(at, at + n));
      yield [Number(decode(Buffer.from(type, "hex"))), body];
      buf = buf.subarray(at + n);
    }
  }
}

// outbox is what a stream sends, as it comes; end closes it.
function outbox() {
  const waiting = [];
  let wake = () => {}, over = false;
  return {
    send(type, body) { waiting.push(frame(type, body)); wake(); },
    end() { over = true; wake(); },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length) yield waiting.shift();
        if (over) return;
        await new Promise((go) => { wake = go; });
      }
    },
  };
}

const hello = (feed, rev) => map([1, 1n], [2, map([4, 3n])], [4, feed], [5, BigInt(rev)]);

// stored is a zstd frame (RFC 8878 §3.1.1) that compresses nothing.
function stored(b) {
  if (b.length < 256) fail("too short for the header below");
  const size = Buffer.alloc(2), block = (b.length << 3) | 1;
  size.writeUInt16LE(b.length - 256);
  return Buffer.concat([Buffer.from("28b52ffd60", "hex"), size, Buffer.from([block & 255, (block >> 8) & 255, block >> 16]), b]);
}

// Its own log: a profile and an event, signed as a box would.
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
const key = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const signed = (label, ...parts) => sign(null, Buffer.concat([Buffer.from(label + "\0"), ...parts]), privateKey);
const statement = encode(map([1, 1n], [3, 1n], [4, key], [5, sha(randomBytes(32))], [7, 1n]));
const origin = hash(statement);
const today = BigInt(Math.floor(Date.now() / 86400000)), soon = (today + 2n) * 1440n;
const cards = [
  map([1, randomBytes(10)], [2, 1n], [3, "profile"], [4, "Larroque-Étrangère"], [5, [4450000n, 210000n]], [8, "46155"], [13, "fr"]),
  map([1, randomBytes(10)], [2, 2n], [3, "event"], [4, "Veillée d’ailleurs"], [6, [soon, soon + 120n]], [13, "fr"]),
].map(encode);
const head = encode(map([1, origin], [2, 1n], [3, 3n], [4, 0n], [5, BigInt(cards.length)], [6, digest(cards)], [8, randomBytes(8)], [9, [today, 2n]]));
const records = encode(cards.flatMap((c) => [c, signed("copi-card-v1", origin, u64(1), c)]));
const feed = randomBytes(8);

async function serve({ stream }) {
  const out = outbox();
  stream.sink(out).catch(() => {});
  for await (const [type, body] of frames(stream.source)) {
    if (type === 1) {
      out.send(1, hello(feed, 1));
      out.send(2, map([1, 1n], [2, [[origin, 1n, 3n, 0n]]]));
    } else if (type === 3) {
      if (!get(body, 1).equals(origin)) fail("asked for another origin");
      out.send(4, map([1, origin], [2, 1n], [3, 3n], [5, stored(records)], ...(get(body, 4) ? [[6, true]] : [])));
      out.send(5, map([1, origin], [2, [map([1, statement], [2, signed("copi-epoch-v1", statement)])]], [3, [head, signed("copi-head-v1", head)]]));
      say({ served: cards.length });
    }
  }
  out.end();
}

// pull follows the box's own log: everything it sends has to be what it signed.
async function pull(node, peer, theirs) {
  const stream = await node.dialProtocol(peer, sync), out = outbox(), held = new Map();
  stream.sink(out).catch((err) => say({ error: `sending: ${err.message}` }));
  out.send(1, hello(Buffer.alloc(8), 0));
  for await (const [type, body] of frames(stream.source)) {
    if (type === 2) {
      for (const [of, epoch, seq] of get(body, 2)) {
        if (of.equals(theirs)) out.send(3, map([1, theirs], [2, epoch], [3, held.seq ?? 0n]));
        else if (of.equals(origin)) say({ receipt: Number(seq) });
      }
    } else if (type === 4) {
      const list = decode(Buffer.from(decompress(get(body, 5))));
      for (let i = 0; i < list.length; i += 2) held.set(get(decode(list[i]), 1).toString("hex"), list.slice(i, i + 2));
      held.seq = get(body, 3);
    } else if (type === 5) {
      say(check(theirs, held, body));
    }
  }
}

// check is what PROTOCOL.md §4 asks of a receiver, and every signature besides.
function check(theirs, held, tip) {
  const [[first]] = [get(tip, 2)], [theirHead, sig] = get(tip, 3);
  if (!hash(get(first, 1)).equals(theirs)) fail("not the origin's first statement");
  const box = get(decode(get(first, 1)), 4);
  if (!signedBy(box, Buffer.concat([Buffer.from("copi-epoch-v1\0"), get(first, 1)]), get(first, 2))) fail("the statement's signature");
  if (!signedBy(box, Buffer.concat([Buffer.from("copi-head-v1\0"), theirHead]), sig)) fail("the head's signature");
  const h = decode(theirHead), all = [...held.values()], floor = get(h, 4);
  for (const [card, own] of all) {
    if (!signedBy(box, Buffer.concat([Buffer.from("copi-card-v1\0"), theirs, u64(get(h, 2)), card]), own)) fail("a card's signature");
  }
  const live = all.map(([card]) => card).filter((c) => get(decode(c), 12) === undefined || get(decode(c), 2) > floor);
  if (BigInt(live.length) !== get(h, 5)) fail(`${live.length} cards, the head says ${get(h, 5)}`);
  if (!digest(live).equals(get(h, 6))) fail("another digest");
  const titles = live.map((c) => get(decode(c), 4)).filter((t) => t !== undefined).sort();
  return { seq: Number(get(h, 3)), count: live.length, titles };
}

const node = await createLibp2p({
  privateKey: privateKeyFromRaw(Buffer.concat([seed, key])), addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
  transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], services: { identify: identify(), ping: ping() },
});
// A box may end a session at any moment, and begins another when it likes.
await node.handle(sync, (incoming) => serve(incoming).catch((err) => {
  if (err.name !== "StreamResetError") say({ error: `serving: ${err.message}` });
}));
say({ peer: node.peerId.toString(), origin: origin.toString("hex"), address: node.getMultiaddrs()[0].toString() });

for await (const line of createInterface({ input: process.stdin })) {
  const { address, origin: theirs } = JSON.parse(line), at = multiaddr(address);
  const met = await node.dial(at);
  const who = await node.services.identify.identify(met);
  say({ ping: await node.services.ping.ping(at) >= 0, agent: who.agentVersion, protocols: who.protocols });
  pull(node, met.remotePeer, Buffer.from(theirs, "hex")).catch((err) => say({ error: `pulling: ${err.message}` }));
}
await node.stop();
