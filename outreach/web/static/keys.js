// Every key is a button that one sees: what carries data-key="t" is pressed by T. Off while typing, and for who wants.
(() => {
  "use strict";
  const KEPT = "outreach-keys";
  let leading = 0; // until when the letter behind a G names a page
  const on = () => localStorage.getItem(KEPT) !== "off";
  const typing = (at) => at.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])");
  const seen = (one) => one.checkVisibility?.() ?? one.getClientRects().length > 0;
  const first = (selector) => [...document.querySelectorAll(selector)].find(seen);

  const press = (one) => {
    if (one.matches("summary")) {
      one.parentElement.open = true;
      one.scrollIntoView({ block: "nearest" });
      const field = [...one.parentElement.querySelectorAll("input:not([type=hidden]), select, textarea, button")].find(seen);
      (field ?? one).focus();
    } else if (one.matches("input, select, textarea")) {
      one.focus();
      one.scrollIntoView({ block: "nearest" });
    } else one.click();
  };

  const move = (step) => {
    const rows = [...document.querySelectorAll("#list .o-row")].filter(seen);
    if (!rows.length) return;
    const at = rows.findIndex((row) => row === document.activeElement);
    const open = rows.findIndex((row) => row.closest("[aria-current]"));
    const from = at >= 0 ? at : open;
    const to = rows[Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + step))];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  };

  const back = () => {
    const sheet = document.getElementById("keys");
    if (sheet && !sheet.hidden) return show(false);
    const open = document.querySelector(".o-menu[open], .o-panel details[open], .o-correct[open]");
    if (open) {
      open.open = false;
      return open.querySelector("summary").focus();
    }
    const typed = typing(document.activeElement);
    if (typed) return typed.blur();
    const row = document.querySelector("#list [aria-current] .o-row");
    if (row && row !== document.activeElement) return row.focus();
    const away = document.querySelector(".o-back");
    if (away) away.click();
  };

  const show = (wanted) => {
    const sheet = document.getElementById("keys");
    if (!sheet) return;
    sheet.hidden = !wanted;
    for (const button of document.querySelectorAll("[data-key='?']")) button.setAttribute("aria-expanded", String(wanted));
    if (wanted) sheet.focus();
    else first("[data-key='?']")?.focus();
  };

  const act = (key) => {
    if (leading > performance.now()) {
      leading = 0;
      const page = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (page) page.click();
      return Boolean(page);
    }
    if (key === "j") return move(1), true;
    if (key === "k") return move(-1), true;
    if (key === "g") return (leading = performance.now() + 1500), true;
    if (key === "?") return show(document.getElementById("keys")?.hidden), true;
    const found = first(`[data-key="${CSS.escape(key)}"]`);
    if (found) press(found);
    return Boolean(found);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") return back();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const at = document.activeElement; // what is sent is what one types, and nothing that stands ready elsewhere
      const form = at?.closest?.("form.o-compose") ?? (at && typing(at) ? at.closest("form") : null);
      const send = form ? [...form.querySelectorAll("[data-key='send']")].find(seen) : first("[data-key='send']");
      if (!send) return;
      event.preventDefault();
      return send.click();
    }
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key) || typing(event.target)) return;
    if (event.key.length === 1 && act(event.key.toLowerCase())) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-press]");
    if (pressed) act(pressed.dataset.press);
    if (event.target.closest?.("[data-key='?'], [data-closes-keys]")) show(document.getElementById("keys")?.hidden);
  });
  const sync = () => {
    const choice = document.getElementById("keys-on");
    if (choice) choice.checked = on();
    document.body.classList.toggle("o-keys-off", !on());
  };
  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys-on") return;
    localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
    sync();
  });
  document.addEventListener("DOMContentLoaded", sync);
  document.addEventListener("outreach:panes", sync);
})();
