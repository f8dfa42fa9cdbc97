// Looks at one page in every way we can think of.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { onPage } from "./onpage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What a first load may cost, as a phone gets it: a page of text, and a page
// with a map (FRONT.md §9).
const text = { bytes: 30_000, requests: 6 };
const map = { bytes: 200_000, requests: 13 };
const budget = (drawn) => (drawn ? map : text);
const phone = { width: 360, height: 740 };
const narrow = { width: 320, height: 640 };
const wide = { width: 1280, height: 900 };

// onePaper are the pages that must print on one sheet of A4.
const onePaper = (name) => ["/agenda/:id", "/annonces/:id/feuille", "/:code", "/heures/bons/:id"].includes(name);

// look reports what is wrong with a page and returns the addresses it links to.
export async function look(browser, { url, name, role, state, must, html, shots, report }) {
  const where = `${role} ${name}`;
  // Script is on for axe alone, which waits by timers: that the page itself has
  // none, and so needs none, is checked (noScript), and forms are sent with
  // script off (walk.mjs).
  const context = await browser.newContext({ viewport: phone, locale: "fr-FR", reducedMotion: "reduce", storageState: state });
  context.setDefaultTimeout(20_000);
  try {
    const page = await context.newPage();
    const load = await firstLoad(context, page, url, where, report);
    if (!load) return [];
    const { status, bytes, requests, type } = load;
    if (!type.includes("text/html")) return [];
    if (status >= 500 || (must && status !== 200 && !url.endsWith("/nulle-part"))) {
      report.add(where, `answers ${status}`);
      return [];
    }
    const file = `${role}${name}`.replace(/[^A-Za-z0-9]+/g, "_");
    report.page(`${where}  ${status}  ${(bytes / 1000).toFixed(1)} kB  ${requests} requests  ${await page.evaluate("document.querySelectorAll('*').length")} elements`);
    const may = budget(await page.evaluate("!!document.getElementById('map')"));
    if (bytes > may.bytes) report.add(where, `weighs ${bytes} bytes`);
    if (requests > may.requests) report.add(where, `${requests} requests`);
    writeFileSync(join(html, `${file}.html`), load.source);
    await inspect(page, where, report);
    if (shots) await photograph(context, page, join(shots, file));
    await paper(page, where, name, shots && join(shots, file), report);
    return await page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => new URL(a.getAttribute('href'), location).href)");
  } finally {
    await context.close();
  }
}

// firstLoad opens a page with an empty cache, weighs it and listens.
async function firstLoad(context, page, url, where, report) {
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0, requests = 0;
  const inline = new Set(); // data: addresses, also those of the browser's own date fields
  wire.on("Network.requestWillBeSent", (e) => { if (e.request.url.startsWith("data:")) inline.add(e.requestId); });
  wire.on("Network.loadingFinished", (e) => { if (!inline.has(e.requestId)) { bytes += e.encodedDataLength; requests++; } });
  const host = new URL(url).host;
  page.on("request", (r) => {
    if (!r.url().startsWith("data:") && new URL(r.url()).host !== host) report.add(where, `asks another host: ${r.url()}`);
  });
  page.on("console", (m) => {
    const own = m.location().url === page.url() && /status of [34]\d\d/.test(m.text()); // the page's own answer
    if (["error", "warning"].includes(m.type()) && !own) report.add(where, `console: ${m.text()} ${m.location().url}`);
  });
  page.on("pageerror", (e) => report.add(where, `script: ${e}`));
  let answer;
  try {
    answer = await page.goto(url, { waitUntil: "load" });
  } catch (err) {
    if (/download/i.test(String(err))) return null; // a calendar, a file
    throw err;
  }
  await page.waitForTimeout(50);
  await page.evaluate("document.querySelectorAll('details').forEach((d) => { if (d.querySelector('#map')) d.open = true; })"); // drawn once it is opened
  if (await page.$("#map")) await page.waitForSelector("#map[data-drawn]", { state: "attached" });
  return { status: answer.status(), source: await answer.text().catch(() => ""), type: answer.headers()["content-type"] || "", bytes, requests };
}

// inspect checks the page on a phone, narrower, with large text, and wide.
export async function inspect(page, where, report) {
  const faults = async (how, check, ...args) => {
    for (const f of await page.evaluate(onPage(check, ...args))) report.add(`${where} ${how}`, f);
  };
  await faults("360px", "wording");
  await faults("360px", "targets");
  await faults("360px", "noScript");
  await page.setViewportSize(narrow);
  await faults("320px", "overflow");
  await page.setViewportSize(phone);
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  await faults("text 200 %", "overflow");
  await page.evaluate("document.documentElement.style.fontSize = ''");
  await axeOn(page, `${where} phone`, report);
  await page.setViewportSize(wide);
  await faults("1280px", "overflow");
  await keyboard(page, where, report);
  await page.emulateMedia({ colorScheme: "dark" });
  await axeOn(page, `${where} dark`, report);
  await page.emulateMedia({ colorScheme: "light" });
}

async function axeOn(page, where, report) {
  await page.evaluate(axe);
  const result = await page.evaluate(`axe.run(document, {runOnly: ${JSON.stringify(axeTags)}, resultTypes: ["violations"]})`);
  for (const v of result.violations) {
    for (const n of v.nodes) report.add(`${where} axe`, `${v.id}: ${n.target.join(" ")} ${n.html.slice(0, 160)}`);
  }
}

// keyboard walks the page with Tab: the first stop is the skip link, and every
// stop can be seen.
async function keyboard(page, where, report) {
  const embedded = new URL(page.url()).pathname.startsWith("/integration/"); // nothing to skip there
  await page.evaluate("document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0)");
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(onPage("focused"));
    if (!stop) return;
    if (i === 0 && !stop.skip && !embedded) report.add(where, `Tab begins at ${stop.name}, not at the skip link`);
    if (!stop.ring) report.add(where, `no focus ring on ${stop.name}`);
    if (!stop.inView) report.add(where, `focus out of sight on ${stop.name}`);
  }
}

// photograph keeps what people see.
async function photograph(context, page, file) {
  for (const [size, tag] of [[phone, "360"], [wide, "1280"]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.evaluate("document.activeElement && document.activeElement.blur(); scrollTo(0, 0)");
      await page.screenshot({ path: `${file}-${tag}-${colorScheme}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

// paper prints the page; some must fit one sheet.
async function paper(page, where, name, file, report) {
  if (!onePaper(name) && !file) return;
  const pdf = await page.pdf({ format: "A4", printBackground: false });
  const info = execFileSync("pdfinfo", ["-"], { input: pdf }).toString();
  const sheets = Number((info.match(/^Pages:\s+(\d+)/m) || [])[1]);
  if (onePaper(name) && sheets !== 1) report.add(where, `prints on ${sheets} sheets`);
  if (file) writeFileSync(`${file}-print.pdf`, pdf);
}
