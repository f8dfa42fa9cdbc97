// Walks the pages of a box as a visitor, a resident, a moderator and an
// operator, and fails on anything a person would stumble over.
//
//   node run.mjs ../../../copi          SHOTS=/tmp/shots keeps screenshots there
//
// It needs Chromium (CHROMIUM, /usr/bin/chromium), Java and pdfinfo, and fails
// when one is missing.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { village, bare } from "./box.mjs";
import { everyPage, signIn } from "./walk.mjs";
import { installation } from "./install.mjs";
import { aZone, crowded, theMap } from "./map.mjs";
import { validate, needTools } from "./nu.mjs";
import { Report } from "./report.mjs";

const binary = resolve(process.argv[2] || "../../../copi");
const shots = process.env.SHOTS || "";
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
for (const file of [binary, executablePath]) {
  if (!existsSync(file)) {
    console.error(`missing: ${file}`);
    process.exit(1);
  }
}
needTools();
if (shots) mkdirSync(shots, { recursive: true });

const work = mkdtempSync(join(tmpdir(), "copi-browser."));
const report = new Report();
const stops = [];
let browser;
try {
  const box = await village(binary, join(work, "village"), stops);
  const fresh = await bare(binary, join(work, "bare"), stops);
  browser = await chromium.launch({
    executablePath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      // A name, not localhost: browsers offer brotli to localhost alone, and
      // the pages must weigh what they weigh on a phone.
      "--host-resolver-rules=MAP copi.local 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  const html = join(work, "html");
  mkdirSync(html);
  await everyPage(browser, box, { html, shots, report });
  await aZone(browser, box, await signIn(browser, box, "moderator"), report);
  await installation(browser, fresh, { html, shots, report });
  await theMap(browser, await crowded(binary, join(work, "crowded"), stops), report);
  validate(html, report);
} catch (err) {
  report.add("run", String(err.stack || err));
} finally {
  if (browser) await browser.close();
  for (const stop of stops) await stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(report.end());
