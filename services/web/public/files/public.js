// Every page works without this script. It leaves faster, keeps forms out of the history, and stores nothing.
// Written for old phones: no syntax after ES5.
"use strict";
(function () {
  var doc = document;
  var lastEscape = 0;
  function leave() {
    var link = doc.getElementById("leave");
    if (!link) return;
    var to = link.getAttribute("data-to");
    doc.documentElement.hidden = true;
    doc.title = "";
    if (doc.body) doc.body.textContent = "";
    // The page that is left has no entry in the history any more: Back does not show it.
    window.location.replace(to);
  }
  function after() {
    var hint = doc.getElementById("leave-hint");
    if (hint) hint.hidden = false;
    var first = doc.getElementById("errors");
    if (first) first.focus();
  }
  doc.addEventListener("click", function (event) {
    var at = event.target;
    while (at && at !== doc) {
      if (at.id === "leave") { event.preventDefault(); leave(); return; }
      if (at.tagName === "BUTTON") { pressed = at; return; }
      at = at.parentNode;
    }
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" && event.key !== "Esc" && event.keyCode !== 27) { lastEscape = 0; return; }
    var now = new Date().getTime();
    if (now - lastEscape < 2000) leave();
    lastEscape = now;
  });
  // A form is sent without a new entry in the history, so that Back never leads to an answer.
  var pressed = null;
  if (window.fetch && window.DOMParser && window.URLSearchParams && window.FormData) {
    doc.addEventListener("submit", function (event) {
      var form = event.target;
      var button = event.submitter || pressed || form.querySelector("button");
      event.preventDefault();
      var body = new URLSearchParams();
      new FormData(form).forEach(function (value, name) { body.append(name, value); });
      if (button && button.name) body.append(button.name, button.value);
      pressed = null;
      fetch(form.action, { method: "POST", body: body, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" })
        .then(function (answer) { return answer.text(); })
        .then(function (text) {
          var next = new DOMParser().parseFromString(text, "text/html");
          doc.body.replaceWith(doc.importNode(next.body, true));
          window.scrollTo(0, 0);
          var main = doc.getElementById("main");
          if (main && !doc.getElementById("errors")) main.focus();
          after();
        })
        .catch(function () {
          // Without an answer, the browser sends the form itself and shows its own page if that fails too.
          if (button && button.name) {
            var field = doc.createElement("input");
            field.type = "hidden"; field.name = button.name; field.value = button.value;
            form.appendChild(field);
          }
          form.submit();
        });
    });
  }
  // A page that the browser kept is loaded again, without what was typed.
  window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
  after();
})();
