/* Makes a photo small before it is sent: a phone's four megabytes are a hundred
   kilobytes on the page anyway, and a hall shares one Wi-Fi. The small one goes
   back into the plain field, so that the form stays a form; without this script,
   or in a browser too old for it, the box does the same work. ES5 on purpose. */
(function () {
  "use strict";
  var input = document.querySelector("input[type=file][accept]");
  if (!input) { return; }
  var told = input.form.querySelector("[data-ready]");
  var side = 1280, quality = 0.85;

  /* A browser that does not turn photos upright by itself would lose how the
     camera was held. */
  function able() {
    return window.FileReader && window.File && window.DataTransfer && HTMLCanvasElement.prototype.toBlob &&
      window.getComputedStyle(document.body).imageOrientation === "from-image";
  }

  function shrink(img, file) {
    var w = img.naturalWidth, h = img.naturalHeight, scale = Math.min(1, side / Math.max(w, h, 1));
    if (!w || (scale === 1 && file.size < 400000)) { return; }
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(w * scale));
    canvas.height = Math.max(1, Math.round(h * scale));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(img, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(function (blob) { put(blob, file); }, "image/jpeg", quality);
  }

  function put(blob, file) {
    if (!blob || blob.size >= file.size || input.files[0] !== file) { return; }
    try {
      var box = new DataTransfer();
      box.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      input.files = box.files;
    } catch (e) { return; } /* the large one is sent */
    told.textContent = told.getAttribute("data-ready").replace("{n}", Math.ceil(blob.size / 1000));
  }

  input.addEventListener("change", function () {
    var file = input.files[0], reader, img;
    told.textContent = "";
    if (!file || !able()) { return; }
    img = new Image();
    img.onload = function () { shrink(img, file); };
    reader = new FileReader();
    reader.onload = function () { img.src = reader.result; }; /* data:, which the box's pages allow */
    reader.readAsDataURL(file);
  });
}());
