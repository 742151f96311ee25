/* What a page gains with JavaScript beside htmx: focus follows a swap, and a failed request says so in words.
   Every page works without this file. */
(function () {
  "use strict";

  function focusOn(element) {
    if (!element.hasAttribute("tabindex")) { element.setAttribute("tabindex", "-1"); }
    element.focus();
  }

  /* A problem takes focus; otherwise the part that asks for it with data-focus; otherwise focus stays where it was. */
  function settle(root) {
    var wanted = root.matches("[data-problem],[data-focus]") ? root : root.querySelector("[data-problem],[data-focus]");
    if (wanted) { focusOn(wanted); }
  }

  function trouble(shown) {
    var words = document.getElementById("trouble");
    if (!words) { return; }
    words.hidden = !shown;
    if (shown) { focusOn(words); }
  }

  document.addEventListener("htmx:afterSettle", function (event) { settle(event.detail.elt); });
  document.addEventListener("htmx:beforeRequest", function () { trouble(false); });
  document.addEventListener("htmx:sendError", function () { trouble(true); });
  document.addEventListener("htmx:timeout", function () { trouble(true); });
  document.addEventListener("htmx:beforeSwap", function (event) {
    /* A refusal that is a whole page of ours is shown as the page it is, in the words of the server. */
    if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:responseError", function (event) {
    /* Anything else did not come from us: a link is followed as a link, a form keeps what was typed and says so. */
    var request = event.detail.requestConfig;
    if (request.verb === "get") { window.location.assign(event.detail.pathInfo.finalRequestPath); } else { trouble(true); }
  });

  /* The summary carries autofocus; a browser that does not know it on such an element is helped afterwards. */
  window.addEventListener("load", function () {
    var problem = document.querySelector("[data-problem]");
    if (problem && document.activeElement === document.body) { focusOn(problem); }
  });
}());
