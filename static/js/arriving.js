/* Documents of a claim are sent in pieces by tus (static/vendor/tus.min.js): a lost connection, a closed page or an
   ended session costs nothing. Without this file the same form sends them at once. Every word comes from the page. */
(function () {
  "use strict";

  var list = document.getElementById("sending");
  var form = list && list.closest("form");
  if (!form || !window.tus || !window.tus.isSupported) { return; }
  var said = document.getElementById("sending-said");
  var model = document.getElementById("sending-row").content.firstElementChild;
  var token = form.querySelector("[name=csrf_token]").value;
  var AT_ONCE = 2, LONGEST_WAIT = 20000, SILENCE = 30000;
  var waiting = [], active = [], whole = [];

  function absolute(address) { return new URL(address, window.location.href).href; }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("#here [data-arrival]")); }

  /* The same file, begun before on this or another device, is known by its size and the instant of its last change. */
  function begunBefore(file) {
    var found = rows().find(function (row) {
      return row.dataset.state === "arriving" && row.dataset.size === String(file.size) &&
        row.dataset.modified === String(file.lastModified) && !isOurs(row.dataset.arrival);
    });
    return found ? absolute(found.dataset.arrival) : null;
  }

  function isOurs(address) {
    return active.concat(whole).some(function (one) { return one.upload && one.upload.url === absolute(address); });
  }

  /* What this page is sending stands in its own list, not in the one of the server as well. */
  function hideOurs() { rows().forEach(function (row) { row.hidden = isOurs(row.dataset.arrival); }); }

  function show(one, words, more) {
    one.row.querySelector(".state-words").textContent = words;
    var place = one.row.querySelector("p");
    place.textContent = more || "";
    place.hidden = !more;
    if (more) { said.textContent = one.file.name + ": " + more; }
  }

  function percent(one, sent) {
    var part = Math.floor(sent * 100 / one.file.size);
    one.row.querySelector("progress").value = part;
    show(one, list.dataset.uploading.replace("#", part));
  }

  function choose(file) {
    var row = model.cloneNode(true), one = { file: file, row: row, upload: null, wait: 1000, timer: 0, heard: 0 };
    row.querySelector(".name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    row.querySelectorAll("button span").forEach(function (name) { name.textContent = " " + file.name; });
    row.querySelector("[data-drop]").addEventListener("click", function () { drop(one); });
    row.querySelector("[data-again]").addEventListener("click", function () { again(one); });
    list.appendChild(row);
    list.hidden = false;
    queue(one);
  }

  function queue(one) {
    show(one, list.dataset.waiting);
    waiting.push(one);
    next();
  }

  function next() { while (active.length < AT_ONCE && waiting.length) { start(waiting.shift()); } }

  function start(one) {
    active.push(one);
    one.heard = Date.now();
    one.upload = new window.tus.Upload(one.file, {
      endpoint: absolute(list.dataset.arrivals),
      uploadUrl: begunBefore(one.file),
      chunkSize: Number(list.dataset.piece),
      headers: { "X-CSRFToken": token },
      metadata: { filename: one.file.name, line: list.dataset.line, modified: String(one.file.lastModified) },
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: hideOurs,
      onProgress: function (sent) { one.heard = Date.now(); one.wait = 1000; percent(one, sent); },
      onSuccess: function () { finish(one); },
      onError: function (error) { fail(one, error); }
    });
    percent(one, 0);
    one.upload.start();
    hideOurs();
  }

  /* All of it is there. What becomes of it is read from the list of the server, which asks again by itself. */
  function finish(one) {
    one.row.querySelector("progress").hidden = true;
    one.row.querySelector("[data-drop]").hidden = true;
    show(one, list.dataset.checking);
    said.textContent = one.file.name + ": " + list.dataset.checking;
    whole.push(one);
    release(one);
    refresh();
  }

  /* An answer may be older than the file: one asked for before it was whole says nothing of it. */
  function readResults() {
    var isOld = false;
    whole = whole.filter(function (one) {
      var found = rows().find(function (row) { return absolute(row.dataset.arrival) === one.upload.url; });
      if (found && found.dataset.state === "checking") { return true; }
      if (!one.asked || (found && found.dataset.state === "arriving")) { isOld = true; return true; }
      if (found) { show(one, list.dataset.refused, found.querySelector("p").textContent); }
      else { show(one, list.dataset.uploaded); }
      return false;
    });
    if (isOld) { window.setTimeout(refresh, 1000); }
  }

  /* Not signed in: said. Not our doing, or somebody else was faster: it goes on by itself. Refused: in the words of the server. */
  function fail(one, error) {
    var answer = error.originalResponse, status = answer ? answer.getStatus() : 0;
    if (status === 400 || status === 401 || status === 403 || (status >= 200 && status < 400)) {
      one.row.querySelector("a").hidden = false;
      stop(one, list.dataset.signedOut, false);
    } else if (status === 0 || status === 409 || status === 423 || status === 460 || status >= 500) {
      if (status !== 409) { show(one, list.dataset.waiting, status >= 500 ? list.dataset.silent : list.dataset.gone); }
      one.timer = window.setTimeout(function () { resume(one); }, one.wait);
      one.wait = Math.min(one.wait * 2, LONGEST_WAIT);
    } else {
      var type = answer.getHeader("Content-Type") || "";
      stop(one, type.indexOf("text/plain") === 0 ? answer.getBody() : String(status), true);
    }
  }

  function resume(one) {
    window.clearTimeout(one.timer);
    one.timer = 0;
    one.heard = Date.now();
    one.upload.start();
  }

  function stop(one, words, mayTryAgain) {
    one.row.querySelector("progress").hidden = true;
    one.row.querySelector("[data-again]").hidden = !mayTryAgain;
    show(one, list.dataset.refused, words);
    release(one);
  }

  function again(one) {
    one.row.querySelector("[data-again]").hidden = true;
    one.row.querySelector("progress").hidden = false;
    queue(one);
  }

  function drop(one) {
    window.clearTimeout(one.timer);
    waiting = waiting.filter(function (other) { return other !== one; });
    var over = one.upload ? one.upload.abort(Boolean(one.upload.url)) : Promise.resolve();
    over.catch(function () { return null; }).then(function () { leave(one); refresh(); });
  }

  function release(one) {
    active = active.filter(function (other) { return other !== one; });
    next();
  }

  function leave(one) {
    var hadFocus = one.row.contains(document.activeElement);
    one.row.remove();
    list.hidden = !list.children.length;
    release(one);
    if (hadFocus) { form.querySelector("[type=submit]").focus(); }
  }

  function refresh() {
    window.htmx.ajax("GET", window.location.pathname, { target: "#here", swap: "outerHTML" })
      .catch(function () { window.setTimeout(refresh, 3000); });
  }

  form.addEventListener("submit", function (event) {
    var inputs = Array.prototype.slice.call(form.querySelectorAll("input[type=file]")), files = [];
    inputs.forEach(function (input) { files = files.concat(Array.prototype.slice.call(input.files)); });
    if (!files.length) { return; }
    event.preventDefault();
    inputs.forEach(function (input) { input.value = ""; });
    files.forEach(choose);
  });

  window.addEventListener("online", function () {
    active.forEach(function (one) { if (one.timer) { resume(one); } });
  });

  /* A line that died without a word: nothing moves for half a minute. */
  window.setInterval(function () {
    active.forEach(function (one) {
      if (!one.timer && Date.now() - one.heard > SILENCE) { one.upload.abort().then(function () { resume(one); }); }
    });
  }, 5000);

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target.id === "here") { whole.forEach(function (one) { one.asked = true; }); }
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.elt.id !== "here") { return; }
    readResults();
    hideOurs();
    if (said.dataset.last !== event.detail.elt.dataset.said) {
      said.dataset.last = said.textContent = event.detail.elt.dataset.said;
    }
  });
}());
