// Starts boxes for the walk: one with an invented village and an account of
// each role, one that nobody has set up yet.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";

export const password = "quatre mots pour essayer";
export const people = { resident: "habitante", moderator: "modo", operator: "tenante" };

function freePort() {
  return new Promise((done, fail) => {
    const s = createServer().once("error", fail);
    s.listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

// serve runs the binary on a free loopback port until it is stopped.
export async function serve(binary, data, stops, more = []) {
  const port = await freePort();
  const args = ["serve", "--data", data, "--http", `127.0.0.1:${port}`, "--peer", "127.0.0.1:0", "--no-mdns", ...more];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const out of [child.stdout, child.stderr]) out.on("data", (b) => { said += b; });
  let ended = false;
  const end = new Promise((done) => child.once("exit", () => { ended = true; done(); }));
  stops.push(async () => { child.kill("SIGTERM"); await end; });
  for (let i = 0; i < 150; i++) {
    if (ended) throw new Error(`copi serve ended:\n${said}`);
    try {
      const r = await fetch(`http://127.0.0.1:${port}/healthz`);
      if (r.status < 500 || i > 50) return { port, base: `http://copi.local:${port}`, said: () => said };
    } catch { /* not listening yet */ }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`copi serve does not answer:\n${said}`);
}

// village is a box full of invented things.
export async function village(binary, data, stops) {
  execFileSync(binary, ["demo", "--data", data, "--seed", "7"], { stdio: "pipe" });
  for (const [role, login] of Object.entries(people)) {
    execFileSync(binary, ["user", "add", "--data", data, "--role", role, "--paper", "--password-stdin", login],
      { input: `${password}\n`, stdio: ["pipe", "pipe", "inherit"] });
  }
  return serve(binary, data, stops, ["--gpio", "sim"]);
}

// bare is a box fresh from its image, and the code that proves presence.
export async function bare(binary, data, stops) {
  const box = await serve(binary, data, stops, ["--gpio", "none"]);
  const out = execFileSync(binary, ["setup-code", "--data", data]).toString();
  return { ...box, code: (out.match(/\d[\d ]{4,}\d/) || [""])[0] };
}
