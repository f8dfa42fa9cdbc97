/* The map of a list. Old phones read this: no syntax younger than ES5. All it
   needs stands in the page, in attributes of #map; without it, or before it
   has loaded, the list below the map is the same thing. */
(function () {
  "use strict";

  var el = document.getElementById("map");
  if (!el || !window.L) { return; }
  var L = window.L;
  var data = function (name) { return el.getAttribute("data-" + name) || ""; };
  var words = JSON.parse(data("words"));
  var kinds = JSON.parse(data("kinds"));
  var still = window.copiMap || null; // a map in a file: its cards are all here
  var maxZoom = 18;
  var near = 44; // pixels: closer together, marks become one
  var panel = document.getElementById("map-panel");

  var map = L.map(el, {
    zoomControl: false, attributionControl: false, worldCopyJump: true, maxZoom: maxZoom, minZoom: 2,
    zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, renderer: L.svg({ padding: 0.5 })
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  L.control.attribution({ prefix: false }).addTo(map).addAttribution(words.credits);
  map.createPane("ground").style.zIndex = 240;
  map.createPane("borders").style.zIndex = 250; // above all land, whichever file comes last
  map.createPane("names").style.zIndex = 450;

  function say(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (all, name) {
      return values.hasOwnProperty(name) ? values[name] : all;
    });
  }

  function ask(url, type, done, failed) {
    var x = new XMLHttpRequest();
    x.open("GET", url);
    x.onload = function () {
      if (x.status !== 200) { return failed(); }
      done(type === "json" ? JSON.parse(x.responseText) : x.responseText);
    };
    x.onerror = failed;
    x.send();
    return x;
  }

  function join(url, query) { return url + (url.indexOf("?") < 0 ? "?" : "&") + query; }

  /* The ground: outlines from Natural Earth, or tiles when the box has some. */

  // lineOf is one arc of a topology in degrees; a negative number is the arc
  // ~number backwards.
  function lineOf(t, n) {
    var arc = t.arcs[n < 0 ? ~n : n], x = 0, y = 0, line = [];
    for (var i = 0; i < arc.length; i++) {
      x += arc[i][0];
      y += arc[i][1];
      line.push([y * t.transform.scale[1] + t.transform.translate[1], x * t.transform.scale[0] + t.transform.translate[0]]);
    }
    return n < 0 ? line.reverse() : line;
  }

  function ringOf(t, arcs) {
    var ring = [];
    for (var i = 0; i < arcs.length; i++) {
      var line = lineOf(t, arcs[i]);
      if (i) { line.shift(); }
      ring = ring.concat(line);
    }
    return ring;
  }

  function outline(t) {
    var land = [], borders = [], i, j;
    for (var name in t.objects) {
      if (name === "land") { continue; }
      var shapes = t.objects[name].geometries;
      for (i = 0; i < shapes.length; i++) {
        var polygons = shapes[i].type === "Polygon" ? [shapes[i].arcs] : shapes[i].arcs;
        for (j = 0; j < polygons.length; j++) { land.push([ringOf(t, polygons[j][0])]); }
      }
    }
    for (i = 0; i < t.arcs.length; i++) { borders.push(lineOf(t, i)); }
    L.polygon(land, { pane: "ground", className: "land", interactive: false, stroke: false, smoothFactor: 1 }).addTo(map);
    L.polyline(borders, { pane: "borders", className: "border", interactive: false, smoothFactor: 1 }).addTo(map);
  }

  function ground() {
    var tiles = data("tiles");
    if (tiles && window.protomapsL) {
      window.protomapsL.leafletLayer({ url: tiles, flavor: dark() ? "dark" : "light", lang: data("lang"), attribution: words.tiles }).addTo(map);
      return;
    }
    if (still) {
      for (var i = 0; i < still.ground.length; i++) { outline(still.ground[i]); }
      return;
    }
    data("ground").split(" ").forEach(function (url) {
      if (url) { ask(url, "json", outline, function () {}); } // the marks matter more
    });
  }

  function dark() { return window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches; }

  /* Names of communes, so that one knows where one is. */

  var names = L.layerGroup().addTo(map), namesAsked = "";

  // showNames writes those names that cover no other; the first win.
  function showNames(list) {
    var taken = [];
    names.clearLayers();
    for (var i = 0; i < list.length; i++) {
      var p = map.latLngToLayerPoint([list[i].lat, list[i].lon]), half = 6 + list[i].name.length * 3.7;
      var room = { left: p.x - half, right: p.x + half, top: p.y - 6, bottom: p.y + 22 };
      if (taken.some(function (t) { return room.left < t.right && room.right > t.left && room.top < t.bottom && room.bottom > t.top; })) { continue; }
      taken.push(room);
      var label = document.createElement("span");
      label.textContent = list[i].name;
      names.addLayer(L.marker([list[i].lat, list[i].lon], {
        pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: "place" + (list[i].home ? " home" : ""), html: label, iconSize: null })
      }));
    }
  }

  function askNames(box) {
    if (still) { return showNames(still.names); }
    if (data("tiles") || !data("names")) { return; }
    var url = join(data("names"), "box=" + box + "&zoom=" + map.getZoom());
    if (url === namesAsked) { return; }
    namesAsked = url;
    ask(url, "json", function (answer) {
      if (url === namesAsked) { showNames(answer.places); }
    }, function () { namesAsked = ""; });
  }

  /* The marks. */

  var marks = L.layerGroup().addTo(map);
  var held = null; // the last answer, with the box and the zoom it is for
  var asking = null;

  // boxOf is what the map shows in whole tiles, so that a small move asks for
  // nothing and many phones ask for the same.
  function boxOf() {
    var z = map.getZoom(), b = map.getPixelBounds(), size = 256, world = size * Math.pow(2, z);
    var top = Math.max(0, Math.floor(b.min.y / size) * size), bottom = Math.min(world, Math.ceil(b.max.y / size) * size);
    var nw = map.unproject([Math.floor(b.min.x / size) * size, top], z), se = map.unproject([Math.ceil(b.max.x / size) * size, bottom], z);
    var south = bottom === world ? -90 : se.lat, north = top === 0 ? 90 : nw.lat;
    return { south: south, west: nw.lng, north: north, east: se.lng };
  }

  function text(b) {
    return [b.south, b.west, b.north, b.east].map(function (n) { return Math.round(n * 1e5) / 1e5; }).join(",");
  }

  function covers(h, b) {
    if (!h || b.south < h.box.south || b.north > h.box.north || b.west < h.box.west || b.east > h.box.east) { return false; }
    return h.zoom === map.getZoom() || !h.answer.clusters.length; // cards one by one are right at every zoom
  }

  function load() {
    var box = boxOf(), zoom = map.getZoom();
    askNames(text(box));
    if (still) {
      held = held || { answer: { clusters: [], items: still.items } };
      return draw();
    }
    if (covers(held, box)) { return draw(); }
    if (asking) { asking.abort(); }
    asking = ask(join(data("src"), "box=" + text(box) + "&zoom=" + zoom), "json", function (answer) {
      asking = null;
      held = { answer: answer, box: box, zoom: zoom };
      status("");
      draw();
    }, function () {
      asking = null;
      status(words.failed);
    });
  }

  function status(sentence) {
    var p = document.getElementById("map-status");
    p.textContent = sentence;
    p.hidden = !sentence;
  }

  // groups puts cards whose marks would cover one another together: each joins
  // the nearest group within reach, or begins one.
  function groups(items) {
    var list = [], grid = {}, zoom = map.getZoom();
    for (var i = 0; i < items.length; i++) {
      var it = items[i], p = map.project([it.lat, it.lon], zoom);
      var cx = Math.floor(p.x / near), cy = Math.floor(p.y / near), best = null, least = near * near;
      for (var dx = -1; dx <= 1; dx++) {
        for (var dy = -1; dy <= 1; dy++) {
          var there = grid[(cx + dx) + ":" + (cy + dy)] || [];
          for (var k = 0; k < there.length; k++) {
            var d = Math.pow(there[k].x - p.x, 2) + Math.pow(there[k].y - p.y, 2);
            if (d < least) { least = d; best = there[k]; }
          }
        }
      }
      if (!best) {
        best = { x: p.x, y: p.y, lat: it.lat, lon: it.lon, n: 0, first: it, kind: it.kind, colour: it.colour, letter: it.letter,
          south: it.lat, north: it.lat, west: it.lon, east: it.lon };
        (grid[cx + ":" + cy] = grid[cx + ":" + cy] || []).push(best);
        list.push(best);
      }
      best.n++;
      if (best.kind !== it.kind) { best.kind = ""; }
      if (best.letter !== it.letter) { // of several tags: no one's colour
        best.letter = "";
        best.colour = "several";
      }
      best.south = Math.min(best.south, it.lat);
      best.north = Math.max(best.north, it.lat);
      best.west = Math.min(best.west, it.lon);
      best.east = Math.max(best.east, it.lon);
    }
    return list;
  }

  function fromCell(c) {
    return { n: c.n, lat: c.lat, lon: c.lon, kind: c.kind, south: c.box[0], west: c.box[1], north: c.box[2], east: c.box[3] };
  }

  function draw() {
    if (!held) { return; }
    var answer = held.answer, shown = map.getBounds().pad(-0.01);
    var list = answer.clusters.length ? answer.clusters.map(fromCell) : groups(answer.items);
    var had = document.activeElement && document.activeElement.getAttribute("data-mark");
    marks.clearLayers();
    list.sort(function (a, b) { return b.lat - a.lat || a.lon - b.lon; }); // read from the top
    for (var i = 0; i < list.length; i++) {
      var at = [list[i].lat, across(list[i].lon)];
      if (shown.contains(at)) { marks.addLayer(mark(list[i], at)); } // no focus out of sight
    }
    if (had) {
      var again = el.querySelector('[data-mark="' + had + '"]');
      if (again) { again.focus(); }
    }
    el.setAttribute("data-drawn", list.length);
  }

  // across puts a longitude on the turn of the world that is looked at.
  function across(lon) {
    var middle = map.getCenter().lng;
    while (lon < middle - 180) { lon += 360; }
    while (lon > middle + 180) { lon -= 360; }
    return lon;
  }

  function grouped(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, words.thousands); }

  function icon(name) {
    if (still) { return '<svg class="i" viewBox="0 0 24 24" aria-hidden="true">' + (still.icons[name] || "") + "</svg>"; }
    return '<svg class="i" aria-hidden="true"><use href="' + data("icons") + "#" + name + '"/></svg>';
  }

  function mark(g, at) {
    var kind = kinds[g.kind] || null, inside = document.createElement("span"), label;
    if (g.n === 1) {
      label = (g.letter ? g.letter + ", " : "") + (kind ? kind.word + " : " : "") + (g.first ? g.first.title : say(words.one, {}));
      inside.className = "pin " + (g.colour || (kind && kind.colour) || "");
    } else {
      label = (g.letter ? g.letter + " " : "") + say(apart(g) ? words.closer : words.list, { n: grouped(g.n) }) + (kind ? " (" + kind.word + ")" : "");
      inside.className = "heap " + (g.colour || (kind && kind.colour) || "") + (g.n > 99 ? " large" : "");
    }
    if (g.letter) {
      inside.innerHTML = "<b></b>";
      inside.firstChild.textContent = g.n === 1 ? g.letter : g.letter + " " + grouped(g.n);
    } else if (g.n === 1 && kind) {
      inside.innerHTML = icon(kind.icon);
    } else {
      inside.textContent = grouped(g.n);
    }
    var m = L.marker(at, { keyboard: true, title: label, riseOnHover: true, icon: L.divIcon({ className: "mark", html: inside, iconSize: [44, 44] }) });
    m.on("add", function () {
      var icon = m.getElement();
      icon.setAttribute("aria-label", label);
      icon.setAttribute("data-mark", g.lat + "," + g.lon);
    });
    m.on("click", function () { open(g, m); });
    m.on("keydown", function (e) {
      if (e.originalEvent.key === "Enter" || e.originalEvent.key === " ") {
        e.originalEvent.preventDefault();
        open(g, m);
      }
    });
    return m;
  }

  // apart tells whether a closer look takes a group apart.
  function apart(g) { return map.getZoom() < maxZoom && (g.south !== g.north || g.west !== g.east); }

  function open(g, m) {
    if (g.n > 1 && apart(g)) {
      var west = across(g.west), bounds = L.latLngBounds([g.south, west], [g.north, west + g.east - g.west]);
      var zoom = Math.min(maxZoom, Math.max(map.getZoom() + 1, map.getBoundsZoom(bounds, false, L.point(40, 40))));
      map.setView(bounds.getCenter(), zoom);
      return;
    }
    show(g, m);
  }

  /* The panel: the cards of one mark. */

  function show(g, m) {
    var back = m.getElement();
    if (still) { return fill(stillCards(g), back); }
    ask(join(data("panel"), "box=" + text(g)), "html", function (html) { fill(html, back); }, function () { status(words.failed); });
  }

  function fill(html, back) {
    panel.innerHTML = html;
    var close = document.createElement("button");
    close.type = "button";
    close.className = "quiet";
    close.textContent = words.close;
    close.onclick = function () {
      panel.hidden = true;
      panel.innerHTML = "";
      if (back && document.body.contains(back)) { back.focus(); } else { el.focus(); }
    };
    panel.appendChild(close);
    panel.hidden = false;
    panel.focus();
    if (panel.scrollIntoView) { panel.scrollIntoView({ block: "nearest" }); }
  }

  if (panel) {
    panel.onkeydown = function (e) {
      if (e.key === "Escape") { panel.lastChild.onclick(); }
    };
  }

  function stillCards(g) {
    var list = document.createElement("ul");
    list.className = "cards";
    still.items.forEach(function (it) {
      if (it.lat < g.south || it.lat > g.north || it.lon < g.west || it.lon > g.east) { return; }
      var li = document.createElement("li"), kind = kinds[it.kind] || { word: "", colour: "" };
      li.className = "card " + (it.colour || kind.colour);
      li.innerHTML = '<div><p class="top"></p><h2><a></a></h2><p></p><p class="more"></p></div>';
      var p = li.querySelectorAll("p"), a = li.querySelector("a");
      p[0].textContent = kind.word;
      a.textContent = it.title;
      a.href = it.url;
      p[1].textContent = it.when || "";
      p[2].textContent = it.summary || "";
      list.appendChild(li);
    });
    return list.outerHTML;
  }

  /* Where the map looks: the address, what the page says, or all of it. */

  function look() {
    var m = /^#(\d+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
    if (m && !still) { return map.setView([+m[2], +m[3]], Math.min(maxZoom, +m[1])); }
    var box = data("bounds").split(",").map(Number);
    if (box.length === 4) {
      return map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: [30, 30], maxZoom: 15 });
    }
    map.setView([+data("lat"), +data("lon")], +data("zoom") || 12);
  }

  function remember() {
    var c = map.getCenter().wrap(), at = map.getZoom() + "/" + c.lat.toFixed(4) + "/" + c.lng.toFixed(4);
    if (window.history.replaceState && data("keep")) { window.history.replaceState(null, "", "#" + at); }
    var save = document.getElementById("map-save");
    if (save) { save.href = save.href.replace(/([?&])(?:lat|lon|zoom)=[^&]*/g, "$1").replace(/[?&]+$/, "").replace(/&&+/g, "&"); save.href = join(save.href, "lat=" + c.lat.toFixed(5) + "&lon=" + c.lng.toFixed(5) + "&zoom=" + map.getZoom()); }
  }

  /* A map to point at: a tap is the place of a form's field or, where the field
     has lines, one more corner of an outline. What is sent is the field, which
     takes the same from a keyboard. */

  function pick(field) {
    var many = field.localName === "textarea", drawn = L.layerGroup().addTo(map);
    var undo = document.getElementById("map-undo"), how = document.querySelector('input[name="how"][value="points"]');

    function read() {
      var found = [];
      field.value.split("\n").forEach(function (line) {
        var m = /(-?\d+(?:[.,]\d+)?)\s*[ ,;]\s*(-?\d+(?:[.,]\d+)?)/.exec(line);
        if (m) { found.push([+m[1].replace(",", "."), +m[2].replace(",", ".")]); }
      });
      return found;
    }

    function write(points) {
      field.value = points.map(function (p) { return p[0].toFixed(5) + ", " + p[1].toFixed(5); }).join("\n");
      if (how) { how.checked = true; }
      show();
    }

    function corner(p, i) {
      var m = L.marker(p, { draggable: true, keyboard: false, icon: L.divIcon({ className: "corner", iconSize: [28, 28] }) });
      m.on("dragend", function () {
        var points = read(), at = m.getLatLng().wrap();
        points[i] = [at.lat, at.lng];
        write(points);
      });
      drawn.addLayer(m);
    }

    function show() {
      var points = read();
      drawn.clearLayers();
      if (many && points.length > 1) { drawn.addLayer(L.polygon(points, { className: "drawn", interactive: false })); }
      points.forEach(corner);
      undo.hidden = !points.length;
    }

    map.on("click", function (e) {
      var at = e.latlng.wrap();
      write((many ? read() : []).concat([[at.lat, at.lng]]));
    });
    field.addEventListener("change", show);
    undo.onclick = function () { write(read().slice(0, -1)); };
    document.getElementById("map-help").hidden = false;
    show();
    if (read().length > 1) { map.fitBounds(read(), { padding: [30, 30], maxZoom: 15 }); }
    map.on("moveend", function () { askNames(text(boxOf())); });
    askNames(text(boxOf()));
    el.setAttribute("data-drawn", 0);
  }

  if (still) {
    [].forEach.call(document.querySelectorAll("[data-icon]"), function (e) { e.innerHTML = icon(e.getAttribute("data-icon")); });
  }
  function begin() {
    el.hidden = false;
    el.setAttribute("role", "region");
    el.setAttribute("aria-label", data("label"));
    map.invalidateSize({ animate: false, pan: false });
    look();
    ground();
    var pointed = document.getElementById(data("pick"));
    if (pointed) { return pick(pointed); }
    map.on("moveend", function () { remember(); load(); });
    remember();
    load();

    var all = document.getElementById("map-all");
    if (all) {
      all.hidden = false;
      all.onclick = function () {
        var box = data("extent").split(",").map(Number);
        map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: [30, 30], maxZoom: 15 });
      };
    }
    // On paper the page is narrower: what was on the screen is on the sheet.
    var onScreen = null;
    window.addEventListener("beforeprint", function () {
      onScreen = { center: map.getCenter(), zoom: map.getZoom() };
      var shown = map.getBounds();
      el.style.width = "680px"; // A4 less its margins
      el.style.height = "416px";
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(shown, { animate: false });
      draw(); // paper waits for no answer
    });
    window.addEventListener("afterprint", function () {
      el.style.width = el.style.height = "";
      map.invalidateSize({ animate: false, pan: false });
      if (onScreen) { map.setView(onScreen.center, onScreen.zoom, { animate: false }); }
    });
  }

  // In a fold that is closed there is nothing to draw on yet.
  function unfolded(then) {
    for (var fold = el.parentNode; fold; fold = fold.parentNode) {
      if (fold.localName === "details" && !fold.open) {
        return fold.addEventListener("toggle", function once() {
          fold.removeEventListener("toggle", once);
          then();
        });
      }
    }
    then();
  }

  unfolded(begin);
}());
