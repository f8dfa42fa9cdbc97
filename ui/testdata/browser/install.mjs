// A box that nobody has set up: what its operator meets first.
import { look } from "./look.mjs";

export async function installation(browser, box, { html, shots, report }) {
  const common = { role: "new", state: undefined, html, shots, report };
  for (const path of ["/", "/installation", "/connexion", "/etat", "/aide"]) {
    await look(browser, { ...common, url: box.base + path, name: path, must: true });
  }
}
