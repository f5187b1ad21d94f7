// What htmx does not do for us: panes open where one reads, drafts and folds survive, and a broken line is said.
(() => {
  "use strict";
  const open = () => {
    for (const pane of document.querySelectorAll("[data-opens-at]")) {
      const mark = pane.querySelector(pane.dataset.opensAt);
      if (mark) pane.scrollTop = mark.offsetTop - pane.offsetTop - pane.clientHeight / 2;
      else pane.scrollTop = pane.scrollHeight;
    }
  };
  let last = new Date();
  const line = (up, gone = false) => {
    const note = document.getElementById("offline");
    if (!note) return;
    if (up) last = new Date();
    note.hidden = up;
    document.getElementById("gone").hidden = !gone;
    note.querySelector("time").textContent = last.toLocaleTimeString(document.documentElement.lang || [], { hour: "numeric", minute: "2-digit" });
  };
  document.addEventListener("DOMContentLoaded", open);
  document.addEventListener("outreach:panes", () => {
    const thread = document.querySelector("[data-opens-at='end']");
    if (thread) thread.scrollTop = thread.scrollHeight;
  });
  // A form that changes something is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  document.addEventListener("htmx:error", () => line(false));
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const gone = response.status === 404 && sourceElement.id === "live"; // somebody finished what this page shows
    line(gone || response.status < 400, gone);
  });
  // A pane that is read at its end stays there when something arrives.
  let kept = [];
  document.addEventListener("htmx:before:swap", () => {
    kept = [...document.querySelectorAll("[data-opens-at='end']")].map((pane) => [pane.id, pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40]);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const [id, atEnd] of kept) {
      const pane = document.getElementById(id);
      if (pane && atEnd) pane.scrollTop = pane.scrollHeight;
    }
  });
})();
