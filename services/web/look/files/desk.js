// Everything on these pages works without this script. It makes locking quicker, and never stores anything.
"use strict";
(() => {
  const lock = document.getElementById("lock");
  if (lock) {
    const hide = () => document.documentElement.setAttribute("hidden", "");
    // A lock or a sign-out in one tab empties the others at once. The channel stores nothing.
    const tabs = new BroadcastChannel("session");
    tabs.addEventListener("message", () => { hide(); window.location.replace("/locked"); });
    const end = () => { hide(); tabs.postMessage("ended"); };
    lock.addEventListener("submit", end);
    document.getElementById("sign-out")?.addEventListener("submit", end);
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
  // A sound for new alerts, off until the person turns it on. The choice is stored in the session, not here.
  const choice = document.getElementById("sound-choice");
  const area = document.getElementById("alert-area");
  if (choice) choice.hidden = false;
  if (area && area.dataset.sound) {
    const sound = new Audio(area.dataset.sound);
    const idsNow = () => new Set([...area.querySelectorAll("[data-alert]")].map((alert) => alert.dataset.alert));
    let known = idsNow();
    new MutationObserver(() => {
      const now = idsNow();
      const isNew = [...now].some((id) => !known.has(id));
      known = now;
      // Browsers allow no sound before the first click on a page: then the page says so.
      if (isNew) sound.play().catch(() => { document.getElementById("sound-blocked").hidden = false; });
    }).observe(area, { childList: true });
  }
  // A page that the browser kept is not shown again after a lock or a sign-out.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
