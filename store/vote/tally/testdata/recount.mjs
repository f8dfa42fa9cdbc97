// Counts every vector with the script of the recount page.
// node recount.mjs <recount.js> <vectors.json>
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

runInThisContext(readFileSync(process.argv[2], "utf8"));
const { again, sha256, fault, decimal } = globalThis.copiRecount;
const wrong = [];
const expect = (what, got, want) => { if (got !== want) wrong.push(`${what}: ${got}, want ${want}`); };

for (const v of JSON.parse(readFileSync(process.argv[3], "utf8"))) {
  const before = JSON.stringify(v.file);
  const seen = again(v.file);
  expect(v.name, seen.same, v.same);
  if (seen.same !== v.same) wrong.push(JSON.stringify(seen.result), JSON.stringify(v.file.result));
  expect(`${v.name}, file left as it was`, JSON.stringify(v.file), before);
}

// Beside the vectors: the hash (FIPS 180-4), rounding, ballots that are none.
expect("sha256 of abc", sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
expect("sha256 of two blocks", sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
for (const [f, want] of [["13/2", "6,50"], ["2/3", "0,67"], ["-1/8", "−0,13"], ["7", "7,00"], ["-1/1000", "0,00"]]) expect(f, decimal(f, 2, ","), want);
const ranks = { method: "stv", options: 3, truncated: true };
for (const [rule, ballot, want] of [
  [ranks, { values: [1, 0, 3] }, "gap"], [ranks, { values: [1, 1, 2] }, "equal"], [ranks, { values: [0, 0, 0] }, "empty"],
  [ranks, { values: [1, 2] }, "shape"], [ranks, { values: [1.5, 2, 3] }, "shape"], [ranks, { blank: true, values: [1, 2, 3] }, "shape"],
  [{ method: "dots", options: 2, dots: 8 }, { values: [5, 4] }, "dots"], [{ method: "dots", options: 2, dots: 8 }, { values: [9, -1] }, "value"],
  [{ method: "judgment", options: 2, grades: 5 }, { values: [5, 0] }, "value"], [{ method: "judgment", options: 2, grades: 5 }, { values: [-1, 0] }, "missing"],
  [{ method: "majority", options: 2 }, { values: [1, 1] }, "pick"],
]) expect(JSON.stringify(ballot), fault(rule, ballot), want);

if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log(`${JSON.parse(readFileSync(process.argv[3], "utf8")).length} vectors counted again`);
