// The Nu validator over the saved pages. It refuses addresses on loopback, so
// it is given files.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

// needTools fails when a program the checks need is missing.
export function needTools() {
  execFileSync("java", ["-version"], { stdio: "ignore" });
  execFileSync("pdfinfo", ["-v"], { stdio: "ignore" });
  if (!existsSync(jar)) throw new Error("vnu.jar is missing: npm ci");
}

// validate reports every error and warning of the pages in dir.
export function validate(dir, report) {
  const r = spawnSync("java", ["-jar", jar, "--format", "json", "--skip-non-html", dir], { maxBuffer: 1 << 26 });
  let out;
  try {
    out = JSON.parse(r.stderr.toString());
  } catch {
    report.add("nu", `no answer: ${r.error || r.stderr}`);
    return;
  }
  for (const m of out.messages) {
    const page = (m.url || "").split("/").pop();
    report.add(`nu ${page}:${m.lastLine}`, `${m.subType || m.type}: ${m.message} [${(m.extract || "").trim()}]`);
  }
}
