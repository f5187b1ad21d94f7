// Moving through the list without loading the page again: the panes are morphed, the address follows, Back works.
// Without this file every link and form does the same by itself.
(() => {
  "use strict";
  const work = () => document.querySelector(".o-work");
  const rows = () => [...document.querySelectorAll("#list .o-row")];
  let newest = 0;

  const draw = async (text, focus) => {
    // What the old page still asks for must not land in the new one.
    document.getElementById("live")?.remove();
    await htmx.swap({ text, target: document.body, swap: "innerMorph", sourceElement: document.body });
    document.dispatchEvent(new CustomEvent("outreach:panes"));
    const found = focus && document.querySelector(focus);
    if (found) found.focus({ preventScroll: false });
  };

  const go = async (url, { focus = "", push = true, ...options } = {}) => {
    const mine = ++newest;
    let answer;
    try {
      answer = await fetch(url, { credentials: "same-origin", ...options });
    } catch {
      document.dispatchEvent(new CustomEvent("htmx:error")); // the line is said to be broken
      return false;
    }
    const text = await answer.text();
    if (mine !== newest) return true;
    const there = new URL(answer.url);
    const ours = new DOMParser().parseFromString(text, "text/html").querySelector(".o-work");
    if (!ours && answer.ok) {
      location.assign(answer.url);
      return true;
    }
    const path = there.pathname + there.search;
    const shows = options.method !== "POST" || answer.redirected; // a form that only shows something has no address
    if (push && answer.ok && shows && path !== location.pathname + location.search) history.pushState({ panes: true }, "", path);
    await draw(text, focus);
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-pane]");
    if (!link || !work() || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = link.closest(".o-item");
    go(link.href, { focus: row ? `#${CSS.escape(row.id)} .o-row` : "#main" });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !work()?.contains(form) || form.method !== "post" || form.dataset.shows) return;
    // It leads to another page, which says what was done: loaded twice, it would have said it already.
    if (form.matches(".o-finish") && form.elements.back?.value) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    // Who finished one task goes on with the next: the row behind it has the focus, or the one before.
    const all = rows();
    const here = all.findIndex((row) => row.closest("[aria-current]"));
    const next = !form.matches(".o-finish") ? null : all[here + 1] ?? all[here - 1];
    const focus = next ? `#${CSS.escape(next.closest(".o-item").id)} .o-row` : form.dataset.focus ?? "";
    const action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
    go(action, { method: "POST", body, focus }).then((answered) => {
      if (!answered) delete form.dataset.sent; // nothing arrived: it may be sent once more
    });
  });

  window.addEventListener("popstate", () => {
    if (work()) go(location.href, { push: false, focus: "#list [aria-current] .o-row" });
    else location.reload();
  });

  // Nothing moves under a hand: while a row has the focus, what is new waits behind a line.
  const waiting = () => document.getElementById("news");
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const list = document.getElementById("list");
    if (ctx.sourceElement?.id !== "live" || !list || !ctx.text || !ctx.selectOOB) return;
    const fresh = [...new DOMParser().parseFromString(ctx.text, "text/html").querySelectorAll("#list .o-item")].map((row) => row.id);
    const shown = [...list.querySelectorAll(".o-item")].map((row) => row.id);
    const moved = fresh.join() !== shown.join();
    const held = moved && list.contains(document.activeElement);
    if (held) ctx.selectOOB = ctx.selectOOB.split(",").filter((part) => !part.startsWith("#list:")).join(",");
    const line = waiting();
    if (!line) return;
    line.hidden = !held;
    const added = fresh.filter((id) => !shown.includes(id)).length;
    line.querySelector("b").textContent = added ? String(added) : "";
    line.querySelector(".o-news-more").hidden = !added;
    line.querySelector(".o-news-else").hidden = Boolean(added);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#news")) return;
    const id = document.querySelector("#list [aria-current]")?.id;
    go(location.href, { push: false, focus: id ? `#${CSS.escape(id)} .o-row` : "#list .o-row" });
  });
})();
