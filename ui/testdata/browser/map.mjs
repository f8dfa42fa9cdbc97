// The map of five thousand things on an old phone, and what it must never do.
import { execFileSync } from "node:child_process";
import { serve } from "./box.mjs";

const slowdown = 6; // an old phone beside this machine
const phone = { width: 360, height: 640 };

// crowded is a box with five thousand things on its map, and some for members.
export async function crowded(binary, data, stops) {
  execFileSync(binary, ["demo", "--data", data, "--listings", "6000", "--seed", "7"], { stdio: "pipe" });
  return serve(binary, data, stops, ["--gpio", "none"]);
}

// theMap opens it, goes closer until single things show, opens one, and leaves
// by keyboard. How long it took is said, not judged: machines differ.
export async function theMap(browser, box, report) {
  const context = await browser.newContext({ viewport: phone, locale: "fr-FR", reducedMotion: "reduce", hasTouch: true, isMobile: true });
  const where = "map of 5000";
  try {
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    await wire.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const host = new URL(box.base).host;
    page.on("request", (r) => { if (new URL(r.url()).host !== host) report.add(where, `asks another host: ${r.url()}`); });
    page.on("console", (m) => { if (["error", "warning"].includes(m.type())) report.add(where, `console: ${m.text()}`); });
    page.on("pageerror", (e) => report.add(where, `script: ${e}`));
    await page.addInitScript(() => {
      window.addEventListener("load", () => { window.loadedAt = performance.now(); });
      new MutationObserver(() => {
        if (!window.drawnAt && document.querySelector("#map .mark")) window.drawnAt = performance.now();
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(`${box.base}/carte?current=no`, { waitUntil: "load" });
    await page.waitForFunction("window.drawnAt && window.loadedAt");
    const usable = await page.evaluate("Math.round(Math.max(0, window.drawnAt - window.loadedAt))");
    report.page(`${where}  CPU ×${slowdown}: usable ${usable} ms after load`);
    await adds(page, where, report);
    await closer(page, where, report);
  } finally {
    await context.close();
  }
}

// adds checks that the marks and what has no place are the number above them.
async function adds(page, where, report) {
  const { total, inside, unplaced } = await page.evaluate(async () => {
    const url = document.getElementById("map").getAttribute("data-src");
    const v = await (await fetch(url)).json();
    return { total: v.total, unplaced: v.unplaced, inside: v.clusters.reduce((n, c) => n + c.n, v.items.length) };
  });
  if (total < 5000) report.add(where, `only ${total} things on the box`);
  if (inside + unplaced !== total) report.add(where, `${inside} on the map and ${unplaced} nowhere are not ${total}`);
  const said = await page.textContent(".count");
  if (Number(said.split("résultat")[0].replace(/\D/g, "")) !== total) report.add(where, `says ${said}, has ${total}`);
}

// bare finds a mark that no button of the map covers, as a person would.
function bare() {
  document.getElementById("map").scrollIntoView({ block: "center" });
  for (const mark of document.querySelectorAll("#map .mark")) {
    const { x, y, width, height } = mark.getBoundingClientRect();
    const at = { x: x + width / 2, y: y + height / 2 };
    if (mark.contains(document.elementFromPoint(at.x, at.y))) return at;
  }
  return null;
}

// closer taps a mark again and again: the map zooms until a panel opens,
// and Escape brings the focus back.
async function closer(page, where, report) {
  for (let i = 0; i < 20 && !(await page.isVisible("#map-panel")); i++) {
    const at = await page.evaluate(bare);
    if (!at) return report.add(where, "no mark to tap: buttons cover them all");
    await page.touchscreen.tap(at.x, at.y);
    await page.waitForTimeout(150);
  }
  if (!(await page.isVisible("#map-panel"))) return report.add(where, "no panel after twenty taps");
  if (!(await page.locator("#map-panel article a").count())) report.add(where, "the panel shows no card");
  if ((await page.evaluate("document.activeElement.id")) !== "map-panel") report.add(where, "the focus is not in the panel");
  await page.keyboard.press("Escape");
  if (await page.isVisible("#map-panel")) report.add(where, "Escape does not close the panel");
  if (!(await page.evaluate("document.activeElement.closest('#map')"))) report.add(where, "the focus does not come back to the map");
}

// aZone is drawn with taps by a moderator, and a corner too many taken back.
export async function aZone(browser, box, state, report) {
  const context = await browser.newContext({ viewport: phone, locale: "fr-FR", reducedMotion: "reduce", storageState: state });
  const where = "a zone drawn";
  try {
    const page = await context.newPage();
    page.on("console", (m) => { if (["error", "warning"].includes(m.type())) report.add(where, `console: ${m.text()}`); });
    page.on("pageerror", (e) => report.add(where, `script: ${e}`));
    await page.goto(`${box.base}/territoire/nouvelle`);
    await page.fill("#f-name", "Les deux rives");
    await Promise.all([page.waitForURL(/modifier/), page.locator("main form button").last().click()]);
    const map = page.locator("#map");
    await map.scrollIntoViewIfNeeded();
    const { width, height } = await map.boundingBox();
    for (const [x, y] of [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.5, 0.5]]) {
      await map.click({ position: { x: width * x, y: height * y } });
    }
    await page.click("#map-undo");
    const lines = (await page.inputValue("#f-points")).split("\n");
    if (lines.length !== 4) report.add(where, `${lines.length} corners after five taps and one taken back`);
    await page.locator("#shape p.actions button").first().click();
    await page.waitForLoadState();
    const said = await page.textContent("#shape > p");
    if (!/\b4 points\b/.test(said)) report.add(where, `says ${said}`);
  } finally {
    await context.close();
  }
}
