import { chromium } from "playwright-core";
const base = process.argv[2], path = process.argv[3], out = process.argv[4], todo = process.argv[5] || "";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP copi.local 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
for (const [w, h, tag] of [[360, 740, "360"], [1280, 900, "1280"]]) for (const scheme of ["light", "dark"]) {
  const c = await b.newContext({ viewport: { width: w, height: h }, locale: "fr-FR", colorScheme: scheme, reducedMotion: "reduce" });
  const p = await c.newPage();
  p.on("console", m => console.log("console", m.type(), m.text(), m.location().url)); p.on("pageerror", e => console.log("ERR", e.stack));
  await p.goto(base + path); await p.waitForTimeout(500);
  if (todo) { await eval(todo)(p); await p.waitForTimeout(500); }
  await p.screenshot({ path: `${out}-${tag}-${scheme}.png`, fullPage: tag === "360" && false });
  await c.close();
}
await b.close();
