// Finds pages by following links, as people do, from a few that must be there.
import { people, password } from "./box.mjs";
import { look } from "./look.mjs";

// The pages each role must find, beside those links lead to.
const roles = {
  visitor: ["/", "/entraide/tours", "/entraide/chantiers",
    "/agenda", "/agenda/jour", "/agenda/semaine", "/agenda/mois", "/agenda/tout", "/recherche", "/recherche?q=fete", "/recherche?q=zzzz",
    "/carte", "/carte?kind=event", "/carte?placed=no", "/cartes", "/integration/carte", "/integration/agenda",
    "/annuaire", "/annuaire?kind=place", "/annuaire/archives", "/annuaire/proposer?kind=poi",
    "/heures", "/heures/comptes", "/territoire", "/etiquettes", "/statistiques", "/proposer", "/connexion", "/inscription",
    "/groupes", "/groupes/code",
    "/entraide", "/entraide?kind=need", "/entraide?kind=ride",
    "/annonces", "/annonces?also=%C3%A0%20vendre", "/salles", "/salles/planning", "/charte", "/aide", "/etat", "/voisins", "/mentions-legales", "/nulle-part", "/?lang=en", "/agenda?lang=en"],
  resident: ["/", "/entraide/chantiers/nouveau",
    "/compte", "/agenda/nouveau", "/agenda/brouillons", "/agenda/participations", "/salles", "/salles/reservations", "/cartes/nouvelle", "/avis", "/heures", "/heures/ouvrir", "/heures/payer", "/heures/demander", "/messages", "/messages/bloques", "/aimer",
    "/groupes/nouveau",
    "/entraide/nouvelle", "/entraide/nouvelle?cote=need&sorte=hand", "/entraide/nouvelle?cote=help&sorte=ride", "/entraide/miennes",
    "/annonces/nouvelle", "/annonces/nouvelle?verbe=rent", "/annonces/miennes",
    "/annuaire/nouveau", "/annuaire/nouveau?kind=org", "/annuaire/nouveau?kind=person"],
  moderator: ["/", "/moderation", "/moderation/registre", "/annuaire/tour", "/admin/etiquettes"],
  operator: ["/", "/entraide/tours/nouveau", "/entraide/veille", "/entraide/veille/ajouter",
    "/salles", "/salles/nouvelle", "/salles/demandes", "/admin", "/admin/annonces", "/admin/annuaire", "/admin/categories", "/admin/importer", "/admin/rubriques", "/heures/reglages", "/heures/comptes/0000", "/admin/territoire", "/territoire/nouvelle", "/voisins/relier"],
};

// Journals.
roles.visitor.push("/aide/nouvelles", "/recherche?kind=notice");

// Petitions.
roles.visitor.push("/petitions", "/petitions/closes", "/aide/petitions");
roles.resident.push("/petitions", "/petitions/nouvelle", "/a-faire");

// The desk of the time bank: paper, gaps and trust lines; what is sealed, and
// the village to practise in.
roles.operator.push("/admin/entrainement", "/admin/scelles", "/heures/guichet", "/heures/lots/nouveau", "/heures/manques", "/heures/confiance");

// Files between boxes that do not meet.
roles.operator.push("/voisins/colis", "/voisins", "/voisins/portee");
// What the machine's keeper looks after.
roles.operator.push("/etat", "/admin/reseau", "/admin/sauvegardes", "/admin/mentions-legales");
roles.visitor.push("/aide/colis", "/aide/wifi");

// What groups talk about.
roles.resident.push("/nouveautes");
// Their general meetings.
roles.resident.push("/decisions/assemblees");
// The charter, its versions, and the texts beside it.
roles.visitor.push("/charte/versions", "/charte/versions/2", "/textes", "/inscription/moins-de-15-ans");
roles.resident.push("/compte/accord");
roles.operator.push("/admin/relais", "/admin/enveloppes", "/admin/mise-a-jour", "/admin/charte", "/admin/textes", "/admin/recuperation");

// most bounds the pages of one role: shapes, not copies, are what we look for.
const most = 140;

// shape is an address without what differs from thing to thing.
function shape(address) {
  const u = new URL(address);
  const path = u.pathname.split("/").map((s, i, all) => {
    if (all[i - 1] === "mot") return ":word";
    if (/^(?=.*[0-9A-Z])[0-9A-Za-z_-]{12,}$/.test(s) || /^\d+$/.test(s)) return ":id";
    if (/^\d{4}-\d\d-\d\d/.test(s)) return ":date";
    if (i === 1 && /^[0-9A-Z]{3,6}$/.test(s)) return ":code";
    return s;
  }).join("/");
  const keys = [...u.searchParams.keys()].filter((k) => k !== "cursor").sort();
  return path + (keys.length ? `?${keys.join("&")}` : "");
}

// leave tells addresses that are no page or change something, and the screen of
// a door, which loads itself again while we look.
const leave = (path) => /^\/(static|api)\/|\.(ics|atom|csv|geojson|jsonld|vcf|zip|svg|png|pdf|zip|html)$|^\/deconnexion|\/porte$/.test(path);

export async function everyPage(browser, box, { html, shots, report }) {
  const seen = new Set();
  for (const [role, first] of Object.entries(roles)) {
    const state = role === "visitor" ? undefined : await signIn(browser, box, role);
    if (role === "resident") first.push(await conversation(browser, box, state));
    const queue = first.map((path) => ({ url: box.base + path, must: true }));
    for (let n = 0; queue.length && n < most;) {
      const { url, must } = queue.shift();
      const name = shape(url);
      const key = must ? role + url : name;
      if (seen.has(key) || (!must && seen.has(name))) continue;
      seen.add(key).add(name);
      n++;
      const links = await look(browser, { url, name, role, state, must, html, shots, report });
      for (const href of links) {
        const u = new URL(href);
        u.hash = "";
        if (u.origin === box.base && !leave(u.pathname) && !u.searchParams.has("lang")) queue.push({ url: u.href, must: false });
      }
    }
  }
}

// conversation writes to an association, as people do from its page, and is the
// address of what they wrote.
export async function conversation(browser, box, state) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "fr-FR", storageState: state });
  const page = await context.newPage();
  await page.goto(`${box.base}/annuaire?kind=org&q=comit%C3%A9%20des%20f%C3%AAtes`);
  for (const link of ["main .card a", "main a[href^='/messages/nouveau/']"]) {
    await Promise.all([page.waitForNavigation(), page.locator(link).first().click()]);
  }
  await page.locator("main textarea").fill("Bonjour, prêtez-vous vos chaises ?\nMerci.");
  await Promise.all([page.waitForNavigation(), page.locator("main form button").first().click()]);
  const path = new URL(page.url()).pathname;
  await context.close();
  if (!/^\/messages\/[0-9a-z]{16}$/.test(path)) throw new Error(`no conversation: ${path}`);
  return path;
}

// signIn fills in the form of /connexion and keeps its cookies.
export async function signIn(browser, box, role) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "fr-FR" });
  const page = await context.newPage();
  await page.goto(`${box.base}/connexion`);
  const form = page.locator("main form").filter({ has: page.locator("input[type=password]") }).first();
  await form.locator("input[type=text]").first().fill(people[role]);
  await form.locator("input[type=password]").first().fill(password);
  await Promise.all([
    page.waitForResponse((r) => r.request().method() === "GET" && r.request().isNavigationRequest()),
    form.locator("button").first().click(),
  ]);
  const state = await context.storageState();
  await context.close();
  if (!state.cookies.some((c) => c.name === "copi")) throw new Error(`${role} could not sign in`);
  return state;
}
