// Checks that run inside the page. Each returns what is wrong, in words.

// onPage is the source of one check and its call.
export const onPage = (check) => `(function ${checks[check]})()`;

const checks = {
  // overflow: nothing makes the page wider than the screen.
  overflow() {
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((e) => {
      if (e.closest(".wide, .vh, .skip")) return false;
      return e.getBoundingClientRect().right > width + 1;
    });
    return [`scrolls sideways: ${wide.slice(-3).map((e) => e.outerHTML.slice(0, 100)).join(" | ")}`];
  },

  // targets: what is tapped is at least 44 px high.
  targets() {
    const small = [...document.querySelectorAll("button:not(.link), .button, .tabs a, .door, select, textarea, summary, input:not([type=hidden]):not([type=checkbox]):not([type=radio])")]
      .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 43.5);
    return small.map((e) => `only ${Math.round(e.getBoundingClientRect().height)} px high: ${e.outerHTML.slice(0, 100)}`);
  },

  // noScript: there is none in the markup, nor a style or an event. Pages with
  // a map or a photo to send load files of ours; what Leaflet draws has styles.
  noScript() {
    const drawn = document.getElementById("map");
    const bad = [...document.querySelectorAll("script, style, [style]")].filter((e) => {
      if (e.localName === "script") return !e.src || e.textContent;
      return !drawn || !drawn.contains(e);
    });
    for (const e of document.querySelectorAll("*")) {
      if ([...e.attributes].some((a) => a.name.startsWith("on"))) bad.push(e);
    }
    return bad.filter((e) => e !== document.documentElement || e.getAttribute("style"))
      .map((e) => `script or style in the markup: ${e.outerHTML.slice(0, 100)}`);
  },

  // wording: dates and hours that may wrap, "1 membres", keys, empty values.
  wording() {
    if (document.documentElement.lang !== "fr") return [];
    const months = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre";
    const rules = [
      [new RegExp(`\\d(er)? (${months})\\b`), "may wrap between day and month"],
      [/\d h(?: \d\d)\b|\d h\b(?=[ .,]|$)/, "may wrap before h"],
      [/(^|[^\d,.])[01][ \u00a0](annonces|boîtes|fiches|points|jours|heures|minutes|membres|personnes|propositions|résultats|signalements|comptes)\b/, "plural of one"],
      [/\b(?:err|ui|agenda|account|listing|moderation|neighbour|home|search|setup)\.[a-z_]+\b/, "a key instead of a sentence"],
      [/%!|<nil>|\bNaN\b|\bundefined\b|\{[a-z]+\}/, "a value that was not filled in"],
    ];
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walker.nextNode(); n; n = walker.nextNode()) {
      if (n.parentElement.closest(".text, .more, .prose, textarea, code, .code, h1, .card h2, .card h3")) continue;
      const nowrap = getComputedStyle(n.parentElement).whiteSpace === "nowrap";
      for (const [rule, what] of rules) {
        if (what.startsWith("may wrap") && nowrap) continue;
        if (rule.test(n.data)) found.push(`${what}: "${n.data.trim().slice(0, 120)}"`);
      }
    }
    return found;
  },

  // focused: the element that has the focus, and whether one can see that.
  focused() {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
    const box = e.getBoundingClientRect();
    return {
      name: e.outerHTML.slice(0, 120),
      skip: e.classList.contains("skip"),
      ring: ring(getComputedStyle(e)) || ring(getComputedStyle(e, "::after")),
      inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  },
};
