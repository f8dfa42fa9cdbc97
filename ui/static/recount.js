// Counts a published vote again, in any browser, from a disk, without the box.
// It was written from the rules of each method, not from the program of the
// box: two ways to the same numbers. Exact fractions throughout: votes are
// divided and compared as whole numbers (BigInt), never as floats.
// The box puts this file into recompter.html with the words people read.
"use strict";
(() => {
  // Fractions are pairs of BigInts in lowest terms.
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
  const frac = (n, d = 1n) => {
    n = BigInt(n); d = BigInt(d);
    if (d < 0n) { n = -n; d = -d; }
    const g = gcd(n, d) || 1n;
    return [n / g, d / g];
  };
  const add = (a, b) => frac(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
  const sub = (a, b) => frac(a[0] * b[1] - b[0] * a[1], a[1] * b[1]);
  const mul = (a, b) => frac(a[0] * b[0], a[1] * b[1]);
  const div = (a, b) => frac(a[0] * b[1], a[1] * b[0]);
  const cmp = (a, b) => { const l = a[0] * b[1], r = b[0] * a[1]; return l < r ? -1 : l > r ? 1 : 0; };
  const text = (f) => f[1] === 1n ? `${f[0]}` : `${f[0]}/${f[1]}`;
  const zero = frac(0), one = frac(1);

  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const columns = (n, of) => range(n).map(of);

  // The constants of SHA-256: of the first 64 primes, the first bits of the
  // roots after the point.
  const primes = [];
  for (let p = 2; primes.length < 64; p++) if (primes.every((d) => p % d)) primes.push(p);
  const bits = (p, e) => { const f = p ** e; return ((f - Math.floor(f)) * 4294967296) | 0; };
  const k = primes.map((p) => bits(p, 1 / 3)), start = primes.slice(0, 8).map((p) => bits(p, 1 / 2));

  // sha256 of a text or of bytes, in hexadecimal. Browsers have it only for
  // pages of a server.
  function sha256(message) {
    const h = start.slice();
    const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
    const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
    const view = new DataView(padded.buffer), w = new Int32Array(64), turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(at + 4 * i); continue; }
        const a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
      }
      const v = h.slice();
      for (let i = 0; i < 64; i++) {
        const t1 = (v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i]) | 0;
        const t2 = ((turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
        v.pop();
        v.unshift((t1 + t2) | 0);
        v[4] = (v[4] + t1) | 0;
      }
      for (let i = 0; i < 8; i++) h[i] = (h[i] + v[i]) | 0;
    }
    return h.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // order sorts n options; before(a, b) is below 0 when a comes first. Those
  // it leaves equal stand together.
  function order(options, before) {
    const groups = [];
    for (const o of options.slice().sort((a, b) => before(a, b) || a - b)) {
      const last = groups[groups.length - 1];
      if (last && before(last[0], o) === 0) last.push(o); else groups.push([o]);
    }
    return groups;
  }
  const most = (votes) => order(range(votes.length), (a, b) => votes[b] - votes[a]);
  const highest = (scores) => order(range(scores.length), (a, b) => cmp(scores[b], scores[a]));

  const least = (total, n, d, atLeast) => {
    if (!d) return 0;
    const rest = (total * n) % d, full = (total * n - rest) / d;
    return full + (atLeast && rest === 0 ? 0 : 1);
  };

  // fault says what is wrong with a ballot; "" when the rule allows it.
  function fault(r, b) {
    if (b.blank || b.spoilt) return b.blank && b.spoilt || b.values && b.values.length ? "shape" : "";
    const v = b.values || [];
    if (v.length !== r.options || !v.every(Number.isInteger)) return "shape";
    const within = (low, high) => v.every((x) => x >= low && x <= high);
    const missing = v.filter((x) => x === -1).length, needed = !r.missing || r.missing === "refused";
    switch (r.method) {
      case "majority": case "nocandidate": case "advice":
        if (!within(0, 1)) return "value";
        if (sum(v) === 0) return "empty";
        return sum(v) > 1 && r.variant !== "several" ? "pick" : "";
      case "approval": return within(0, 1) ? "" : "value";
      case "consent": return within(0, 3) ? "" : "value";
      case "date": return within(0, 2) ? "" : "value";
      case "judgment": case "score":
        if (!within(-1, r.method === "score" ? r.max_score : r.grades - 1)) return "value";
        if (missing === v.length) return "empty";
        return missing && needed ? "missing" : "";
      case "dots":
        if (!within(0, 1000)) return "value";
        if (sum(v) > r.dots) return "dots";
        if (sum(v) === 0) return "empty";
        return r.whole && sum(v) < r.dots ? "whole" : "";
      case "schulze": case "runoff": case "stv": {
        if (!within(0, r.options)) return "value";
        const given = v.filter((x) => x > 0), last = Math.max(...v);
        if (!given.length) return "empty";
        if (given.length < v.length && !r.truncated) return "missing";
        if (!r.equal && new Set(given).size < given.length) return "equal";
        return new Set(given).size < last ? "gap" : "";
      }
      default: return "rule";
    }
  }

  // drawn is the place of each option in the recorded lot, or null.
  function drawn(draw, options) {
    let list = (draw && draw.order) || [];
    if (!list.length) {
      if (!draw || !draw.seed) return null;
      list = sortition(draw.seed, range(options).map(String)).map(Number);
    }
    if (list.length !== options || range(options).some((o) => !list.includes(o))) throw new Error("draw");
    return range(options).map((o) => list.indexOf(o));
  }

  function sortition(seed, ids) {
    return ids.map((id) => [sha256(`${seed}|${id}`), id]).sort((a, b) => a[0] < b[0] ? -1 : 1).map((x) => x[1]);
  }
  const rollHash = (ids) => {
    const bytes = (s) => Array.from(new TextEncoder().encode(s));
    const before = (a, b) => { for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i]; return a.length - b.length; };
    return sha256(ids.slice().sort((a, b) => before(bytes(a), bytes(b))).map((id) => id + "\n").join(""));
  };

  // Count is one count under way; t.result is what comes out.
  function count(rule, roll, present, ballots, draw) {
    if (!counters[rule.method] || !(rule.options > 0)) throw new Error("rule");
    const t = { rule, n: rule.options, seats: rule.seats || 1, said: [], places: drawn(draw, rule.options) };
    const voters = ballots.length;
    const r = t.result = { roll, present: Math.max(present || 0, voters), voters, blanks: 0, spoilt: 0, winners: [], table: {} };
    for (const b of ballots) {
      const wrong = fault(rule, b);
      if (wrong) throw new Error("ballot");
      if (b.blank) r.blanks++; else if (b.spoilt) r.spoilt++; else t.said.push(b.values);
    }
    r.expressed = t.said.length;
    r.quorum = least(roll, rule.quorum_num || 0, rule.quorum_den, rule.quorum_at_least);
    if (rule.den) {
      r.base = rule.of === "roll" ? roll : rule.of === "voters" ? voters : r.expressed;
      r.needed = least(r.base, rule.num || 0, rule.den, rule.at_least);
    }
    counters[rule.method](t);
    const nothing = voters === 0 ? "nobody-voted" : r.outcome === "objection" ? "" :
      r.present < r.quorum ? "no-quorum" : r.expressed === 0 ? "none-expressed" : "";
    if (nothing) Object.assign(r, { outcome: nothing, winners: [], tied: [], order: [], condorcet: null });
    return r;
  }

  const added = (t) => columns(t.n, (o) => sum(t.said.map((v) => Math.max(v[o], 0))));

  // seat gives the seats to the first of the order that may win.
  function seat(t, may) {
    const r = t.result;
    r.outcome = "elected";
    for (let group of r.order) {
      group = group.filter(may);
      const left = t.seats - r.winners.length;
      if (left === 0) return;
      if (group.length <= left) { r.winners.push(...group); continue; }
      if (t.rule.ties !== "draw") Object.assign(r, { outcome: "tie", tied: group });
      else if (!t.places) Object.assign(r, { outcome: "needs-draw", tied: group });
      else {
        const kept = group.slice().sort((a, b) => t.places[a] - t.places[b]).slice(0, left);
        r.winners.push(...kept);
        r.table.lots = [{ among: group, kept }];
      }
      return;
    }
    if (!r.winners.length) r.outcome = "not-reached";
  }

  function byVotes(t) {
    const r = t.result, votes = r.table.counts = added(t), reaches = (o) => votes[o] > 0 && votes[o] >= (r.needed || 0);
    if (t.rule.method === "majority" && t.rule.variant !== "choice") {
      r.outcome = reaches(0) ? "adopted" : "refused";
      return;
    }
    r.order = most(votes);
    seat(t, reaches);
  }

  function named(t) {
    t.result.table.counts = added(t);
    t.result.order = most(t.result.table.counts);
    t.result.outcome = "ordered";
  }

  function consent(t) {
    const r = t.result, counts = r.table.counts = [0, 0, 0, 0];
    for (const v of t.said) counts[v[0]]++;
    r.outcome = counts[3] ? "objection" : r.voters < r.roll && !t.rule.silence && !t.rule.quorum_den ? "silence" : "adopted";
  }

  function date(t) {
    const table = t.result.table, tell = (low) => columns(t.n, (o) => t.said.filter((v) => v[o] >= low).length);
    table.counts = tell(1);
    table.sure = tell(2);
    t.result.order = order(range(t.n), (a, b) => table.counts[b] - table.counts[a] || table.sure[b] - table.sure[a]);
    seat(t, (o) => table.counts[o] > 0);
  }

  function dots(t) {
    const points = t.result.table.points = added(t);
    t.result.order = most(points);
    seat(t, (o) => points[o] > 0);
  }

  function score(t) {
    const table = t.result.table, { mean, missing } = t.rule;
    table.points = added(t);
    table.given = columns(t.n, (o) => t.said.filter((v) => v[o] !== -1).length);
    const scores = table.points.map((p, o) => {
      const all = mean === "mean-all" || mean === "mean-given" && missing === "worst";
      return frac(p, Math.max(all ? t.said.length : mean === "mean-given" ? table.given[o] : 1, 1));
    });
    table.scores = scores.map(text);
    t.result.order = highest(scores);
    seat(t, (o) => table.points[o] > 0);
  }

  // medians is the whole row of grades one gets by taking away, again and
  // again, one ballot of the middle grade (the lower of two).
  function medians(row) {
    const all = row.flatMap((n, grade) => Array(n).fill(grade)), out = [];
    let low = (all.length - 1) >> 1, high = low + 1; // the hole grows from the middle
    for (let left = all.length; left > 0; left--) out.push(left === all.length || left % 2 === 0 ? all[low--] : all[high++]);
    return out;
  }

  function judgment(t) {
    const r = t.result, table = r.table, grades = t.rule.grades;
    table.grades = columns(t.n, (o) => columns(grades, (g) => t.said.filter((v) => Math.max(v[o], 0) === g).length));
    if (!t.said.length) return;
    const rows = table.grades, n = t.said.length, steps = rows.map(medians);
    const read = rows.map((row, o) => {
      const g = steps[o][0], q = sum(row.slice(0, g)), p = sum(row.slice(g + 1));
      const plus = (a, b) => b ? add(frac(g), frac(a, b)) : frac(g);
      return { g, p, q, typical: plus(p - q, n), central: plus(p - q, 2 * (p + q)), usual: plus(p - q, 2 * (n - p - q)) };
    });
    const gauge = (a, b) => {
      const x = read[a], y = read[b], up = x.p > x.q;
      return x.g - y.g || up - (y.p > y.q) || (up ? x.p - y.p : y.q - x.q);
    };
    const differ = (a, b) => range(n).find((i) => steps[a][i] !== steps[b][i]);
    const removal = (a, b) => { const i = differ(a, b); return i === undefined ? 0 : steps[a][i] - steps[b][i]; };
    table.judged = read.map((x, o) => {
      const equal = range(t.n).filter((b) => b !== o && gauge(o, b) === 0 && removal(o, b) !== 0).map((b) => differ(o, b) + 1);
      return {
        grade: x.g, above: x.p, below: x.q, of: n, plus: x.p > x.q, removal: steps[o].slice(0, Math.max(0, ...equal)),
        typical: text(x.typical), central: text(x.central), usual: text(x.usual),
      };
    });
    table.kin = [{ rule: "judgment", order: order(range(t.n), (a, b) => -removal(a, b)) }];
    for (const rule of ["typical", "central", "usual"]) {
      const scores = read.map((x) => x[rule]);
      table.kin.push({ rule, order: highest(scores), scores: scores.map(text) });
    }
    r.order = table.kin.find((k) => k.rule === (t.rule.variant || "judgment")).order;
    seat(t, () => true);
  }

  function schulze(t) {
    const r = t.result, all = range(t.n), rank = (x) => x || t.n + 1;
    const d = all.map((a) => all.map((b) => t.said.filter((v) => rank(v[a]) < rank(v[b])).length));
    const p = all.map((a) => all.map((b) => d[a][b] > d[b][a] ? d[a][b] : 0));
    for (const via of all) for (const a of all) for (const b of all) {
      if (a !== b) p[a][b] = Math.max(p[a][b], Math.min(p[a][via], p[via][b]));
    }
    for (const a of all) p[a][a] = 0;
    Object.assign(r.table, { duels: d, paths: p });
    const champion = all.find((a) => all.every((b) => a === b || d[a][b] > d[b][a]));
    r.condorcet = champion === undefined ? null : champion;
    r.order = [];
    for (let left = all; left.length;) {
      const layer = left.filter((a) => left.every((b) => p[a][b] >= p[b][a]));
      r.order.push(layer);
      left = left.filter((a) => !layer.includes(a));
    }
    seat(t, () => true);
  }

  // race counts in rounds. heaps are ballots that say the same: whom they name
  // in order, how many there are, what each is worth, whom they lie with.
  function race(t) {
    const heaps = new Map();
    for (const v of t.said) {
      const key = v.join();
      if (!heaps.has(key)) {
        const names = range(t.n).filter((o) => v[o] > 0).sort((a, b) => v[a] - v[b]);
        heaps.set(key, { names, n: 0, worth: one, with: names[0] });
      }
      heaps.get(key).n++;
    }
    return { t, heaps: [...heaps.values()], still: range(t.n), kept: {}, rounds: [], held: [], lots: [], ahead: [], behind: [] };
  }

  function newRound(s) {
    const { t } = s, elected = t.result.winners;
    const votes = columns(t.n, (o) => {
      if (s.kept[o]) return s.kept[o];
      if (!s.still.includes(o) && !elected.includes(o)) return null;
      return s.heaps.filter((h) => h.with === o).reduce((a, h) => add(a, mul(h.worth, frac(h.n))), zero);
    });
    const lost = votes.reduce((a, v) => v ? sub(a, v) : a, frac(t.said.length));
    s.held.push(votes);
    s.rounds.push({ votes: votes.map((v) => v ? text(v) : ""), exhausted: lost[0] > 0n ? text(lost) : "", elected: [] });
    return votes;
  }

  function elect(s, options) {
    const votes = s.held[s.held.length - 1];
    for (const group of order(options, (a, b) => cmp(votes[b], votes[a]))) {
      s.ahead.push(group);
      s.t.result.winners.push(...group);
      s.rounds[s.rounds.length - 1].elected.push(...group);
    }
    s.still = s.still.filter((o) => !options.includes(o));
  }

  // move passes on the ballots that lie with an option, at a share of their worth.
  function move(s, from, share, cut) {
    for (const h of s.heaps) {
      if (h.with !== from) continue;
      if (share) h.worth = cut(mul(h.worth, share));
      h.with = h.names.find((o) => s.still.includes(o));
    }
  }

  // narrow keeps those with the fewest votes (way -1) or the most (1): now, then before.
  function narrow(s, options, way) {
    for (let i = s.held.length - 1; i >= 0 && options.length > 1; i--) {
      const votes = s.held[i], best = options.reduce((a, b) => way * cmp(votes[b], votes[a]) > 0 ? b : a);
      options = options.filter((o) => cmp(votes[o], votes[best]) === 0);
    }
    return options;
  }

  // choose takes one of equals by the lot; null when none was drawn.
  function choose(s, among, end) {
    if (among.length === 1) return among[0];
    const { places, result } = s.t;
    if (!places) { Object.assign(result, { outcome: "needs-draw", tied: among }); return null; }
    const sorted = among.slice().sort((a, b) => places[a] - places[b]);
    const one = end === "out" ? sorted[sorted.length - 1] : sorted[0];
    s.lots.push({ round: s.rounds.length, among, [end]: [one] });
    return one;
  }

  // dropLast puts the last out; false when a lot is needed first.
  function dropLast(s) {
    const { t } = s, votes = s.held[s.held.length - 1], low = narrow(s, s.still, -1);
    let out = low;
    if (votes[low[0]][0] !== 0n || s.still.length - low.length < t.seats - t.result.winners.length) {
      const last = choose(s, low, "out");
      if (last === null) return false;
      out = [last];
    }
    s.rounds[s.rounds.length - 1].out = out;
    s.still = s.still.filter((o) => !out.includes(o));
    s.behind.unshift(out);
    out.forEach((o) => move(s, o));
    return true;
  }

  function finish(s) {
    const votes = s.held[s.held.length - 1];
    s.t.result.order = [...s.ahead, ...order(s.still, (a, b) => cmp(votes[b], votes[a])), ...s.behind];
    s.t.result.outcome = "elected";
  }

  function rounds(t, step) {
    if (!t.said.length) return;
    const s = race(t);
    while (step(s));
    Object.assign(t.result.table, { rounds: s.rounds, lots: s.lots });
  }

  function runoff(t) {
    rounds(t, (s) => {
      const votes = newRound(s), naming = s.still.reduce((a, o) => add(a, votes[o]), zero);
      const top = s.still.reduce((a, b) => cmp(votes[b], votes[a]) > 0 ? b : a);
      if (s.still.length > 1 && cmp(mul(frac(2), votes[top]), naming) <= 0) return dropLast(s);
      elect(s, [top]);
      finish(s);
      return false;
    });
  }

  function stv(t) {
    const quota = least(t.said.length, 1, t.seats + 1, false);
    if (t.said.length) t.result.table.quota = quota;
    const cut = (f) => t.rule.variant === "scottish" ? frac(f[0] * 100000n / f[1], 100000n) : f;
    let waiting = [];
    rounds(t, (s) => {
      const votes = newRound(s), reached = s.still.filter((o) => cmp(votes[o], frac(quota)) >= 0);
      elect(s, reached);
      waiting.push(...reached.filter((o) => cmp(votes[o], frac(quota)) > 0));
      if (s.still.length <= t.seats - t.result.winners.length) elect(s, s.still);
      if (t.result.winners.length >= t.seats) { finish(s); return false; }
      if (!waiting.length) return dropLast(s);
      const from = choose(s, narrow(s, waiting, 1), "kept");
      if (from === null) return false;
      waiting = waiting.filter((o) => o !== from);
      const share = div(sub(votes[from], frac(quota)), votes[from]);
      Object.assign(s.rounds[s.rounds.length - 1], { surplus: from, value: text(share) });
      s.kept[from] = frac(quota);
      move(s, from, share, cut);
      return true;
    });
  }

  const counters = {
    majority: byVotes, approval: byVotes, judgment, score, dots, date, consent, schulze, runoff, stv, nocandidate: named, advice: named,
  };

  // bare leaves out what says nothing, so that two results can be compared. An
  // option may be number 0: those stay.
  function bare(x) {
    if (Array.isArray(x)) return x.map(bare);
    if (!x || typeof x !== "object") return x;
    const out = {};
    for (const key of Object.keys(x).sort()) {
      const v = x[key];
      const empty = v === undefined || v === null || v === "" || v === false || Array.isArray(v) && !v.length ||
        v === 0 && key !== "condorcet" && key !== "surplus";
      if (!empty) out[key] = bare(v);
    }
    return out;
  }
  const equal = (a, b) => JSON.stringify(bare(a)) === JSON.stringify(bare(b));

  // again counts a published file; same says whether it finds what was announced.
  function again(file) {
    if (!file || file.format !== "copi-tally/1") throw new Error("format");
    if (file.lottery) {
      const l = file.lottery, drawn = sortition(l.seed, l.roll);
      return { lottery: drawn, same: l.seats > 0 && l.seats <= l.roll.length && rollHash(l.roll) === l.roll_hash && equal(drawn, l.order) };
    }
    const result = count(file.rule, file.roll, file.present, file.ballots, file.draw);
    return { result, same: equal(result, file.result) };
  }

  globalThis.copiRecount = { again, count, fault, sha256, sortition, rollHash, decimal };
  if (typeof document !== "undefined") page(globalThis.copiWords);

  // decimal writes a fraction with so many decimals, rounded half away from 0.
  function decimal(fraction, digits, point) {
    const [n, d = "1"] = String(fraction).split("/"), scale = 10n ** BigInt(digits), num = BigInt(n), den = BigInt(d);
    const q = ((num < 0n ? -num : num) * scale * 2n + den) / (den * 2n);
    const tail = digits ? point + (q % scale).toString().padStart(digits, "0") : "";
    return (num < 0n && q > 0n ? "−" : "") + q / scale + tail;
  }

  // page is what people see: a file to choose, then what was found in it.
  function page(words) {
    const say = (key, values = {}) => (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const point = new Intl.NumberFormat(document.documentElement.lang).format(1.5).charAt(1);
    const make = (tag, ...inside) => {
      const e = document.createElement(tag);
      e.append(...inside.filter((x) => x !== null && x !== undefined).map((x) => x instanceof Node ? x : String(x)));
      return e;
    };
    const number = (f) => String(f).includes("/") ? `${decimal(f, 3, point)} (${f})` : String(f);

    const input = make("input"), label = make("label", say("choose"));
    input.type = "file";
    input.id = "file";
    label.htmlFor = "file";
    input.accept = ".json,application/json";
    const found = make("div");
    found.setAttribute("role", "status");
    document.querySelector("main").append(make("p", label, make("br"), input), found);
    input.addEventListener("change", async () => {
      if (!input.files.length) return;
      const bytes = new Uint8Array(await input.files[0].arrayBuffer());
      let shown;
      try {
        const file = JSON.parse(new TextDecoder().decode(bytes));
        shown = report(file, again(file));
      } catch (e) {
        shown = [banner(false, say(["rule", "draw", "ballot"].includes(e.message) ? `fault_${e.message}` : "fault_format"))];
      }
      found.replaceChildren(...shown, make("h2", say("hash")), make("p", say("hash_why")), make("p", make("code", sha256(bytes))));
    });

    function banner(good, ...inside) {
      const b = make("p", make("strong", good ? "✓ " : "✗ "), ...inside);
      b.className = good ? "good" : "bad";
      return b;
    }

    function table(caption, heads, rows) {
      const t = make("table", make("caption", caption), make("thead", make("tr", ...heads.map((h) => {
        const th = make("th", h);
        th.scope = "col";
        return th;
      }))), make("tbody", ...rows.map((row) => make("tr", ...row.map((cell, i) => {
        const c = make(i ? "td" : "th", cell);
        if (!i) c.scope = "row";
        return c;
      })))));
      const box = make("div", t);
      box.className = "wide";
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", caption);
      return box;
    }

    function report(file, seen) {
      const head = [make("h2", file.title), banner(seen.same, say(seen.same ? "same" : "other"))];
      if (seen.lottery) {
        const seats = file.lottery.seats, item = (id) => make("li", id);
        return [...head, make("h2", say("drawn")), make("ol", ...seen.lottery.slice(0, seats).map(item)),
          make("h2", say("reserves_list")), make("ol", ...seen.lottery.slice(seats).map(item))];
      }
      const r = seen.result, name = (o) => file.options[o] || `${o + 1}`, names = (list) => list.map(name).join(", ");
      const numbers = [["roll", r.roll], ["present", r.present], ["voters", r.voters], ["expressed", r.expressed], ["blanks", r.blanks], ["spoilt", r.spoilt]];
      if (r.quorum) numbers.push(["quorum", r.quorum]);
      if (r.base) numbers.push(["base", r.base], ["needed", r.needed]);
      const ends = (x) => say(`outcome_${x.outcome.replaceAll("-", "_")}`), won = (x) => (x.winners || []).length ? ` ${say("winners", { names: names(x.winners) })}` : "";
      return [...head,
        seen.same ? "" : make("p", say("announced"), " ", ends(file.result), won(file.result)),
        make("p", say(`method_${file.rule.method}`), file.rule.variant ? ` (${say(`variant_${file.rule.variant}`)})` : ""),
        make("p", make("strong", ends(r)), won(r), r.tied && r.tied.length ? ` ${say("tied", { names: names(r.tied) })}` : ""),
        r.order && r.order.length ? make("ol", ...r.order.map((g) => make("li", names(g)))) : "",
        table(say("numbers"), [say("what"), say("how_many")], numbers.map(([key, n]) => [say(key), n])),
        ...steps(file, r.table, name), heap(file)].filter(Boolean);
    }

    // steps are the tables of the method.
    function steps(file, t, name) {
      const out = [], all = range(file.rule.options), answers = ["agrees", "reserves", "abstains", "objects"].map((a) => say(a));
      const lines = file.rule.method === "consent" ? answers : all.map(name);
      const columnsOf = ["counts", "sure", "points", "given", "scores"].filter((key) => t[key]);
      if (columnsOf.length) {
        out.push(table(say("votes"), [say("option"), ...columnsOf.map((key) => say(key))], lines.map((l, i) => [l, ...columnsOf.map((key) => number(t[key][i]))])));
      }
      if (t.judged) {
        const grade = (g) => file.grades && file.grades[g] || `${g}`;
        out.push(table(say("grades"), [say("option"), ...range(file.rule.grades).map(grade)], t.grades.map((row, o) => [name(o), ...row])));
        const tied = t.judged.some((j) => j.removal.length), heads = ["option", "grade", "above", "below", "typical", "central", "usual"];
        out.push(table(say("judged"), [...heads, ...(tied ? ["removal"] : [])].map((key) => say(key)), t.judged.map((j, o) => [
          name(o), grade(j.grade) + (j.plus ? " +" : " −"), j.above, j.below, number(j.typical), number(j.central), number(j.usual),
          ...(tied ? [j.removal.map(grade).join(", ")] : []),
        ])));
      }
      for (const key of ["duels", "paths"]) {
        if (t[key]) out.push(table(say(key), [say("option"), ...all.map(name)], t[key].map((row, a) => [name(a), ...row.map((n, b) => a === b ? "—" : n)])));
      }
      if (t.rounds) {
        out.push(table(t.quota ? say("rounds_quota", { quota: t.quota }) : say("rounds"), [say("option"), ...t.rounds.map((_, i) => say("round", { number: i + 1 }))],
          [...all.map((o) => [name(o), ...t.rounds.map((r) => number(r.votes[o] || "—"))]), [say("exhausted"), ...t.rounds.map((r) => number(r.exhausted || "0"))]]));
        out.push(make("ul", ...t.rounds.map((r, i) => make("li", `${say("round", { number: i + 1 })} — `, [...r.elected.map((o) => say("elected", { name: name(o) })),
          ...(r.out || []).map((o) => say("out", { name: name(o) })), ...(r.surplus === undefined ? [] : [say("surplus", { name: name(r.surplus), value: r.value })])].join(" ")))));
      }
      for (const l of t.lots || []) {
        out.push(make("p", say("lot", { names: l.among.map(name).join(", ") }), " ", l.out ? say("out", { name: name(l.out[0]) }) : say("kept", { names: l.kept.map(name).join(", ") })));
      }
      return out;
    }

    // heap shows the ballots themselves, those that say the same on one line.
    function heap(file) {
      const lines = new Map();
      for (const b of file.ballots) {
        const says = b.blank ? say("blank") : b.spoilt ? say("spoilt_one") : b.values.map((v) => v < 0 ? "–" : v).join(" ");
        lines.set(says, (lines.get(says) || 0) + 1);
      }
      return make("details", make("summary", say("ballots")), make("p", say("ballots_why", { names: file.options.join(", ") })),
        table(say("ballots"), [say("ballot"), say("how_many")], [...lines]));
    }
  }
})();
