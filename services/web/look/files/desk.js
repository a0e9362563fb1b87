// Everything on these pages works without this script. It makes locking quicker, and never stores anything.
"use strict";
(() => {
  const lock = document.getElementById("lock");
  if (lock) {
    const hide = () => document.documentElement.setAttribute("hidden", "");
    lock.addEventListener("submit", hide);
    let last = Number.NEGATIVE_INFINITY;
    // Escape twice within a second locks the page.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (event.timeStamp - last < 1000 && !document.documentElement.hidden) lock.requestSubmit();
      last = event.timeStamp;
    });
  }
  // The summary of errors is read first.
  document.getElementById("errors")?.focus();
  // A page that the browser kept is not shown again after a lock or a sign-out.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
