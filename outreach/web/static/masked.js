// Shows a masked value where it stands, and takes it away again; without this the form leads to a page of its own.
(() => {
  "use strict";
  const hide = (form, place) => {
    place.replaceChildren();
    form.hidden = false;
  };
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.dataset.shows) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const place = form.nextElementSibling;
      const had = form.contains(document.activeElement);
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "Outreach-Part": "1" }, cache: "no-store" });
        if (!answer.ok || answer.redirected) return location.reload(); // signed out, or gone: the page says so
        place.innerHTML = await answer.text();
      } catch {
        document.getElementById("offline").hidden = false; // nothing was shown: the line is broken
        return;
      }
      form.hidden = true;
      if (had) place.querySelector("a")?.focus();
      setTimeout(() => {
        const back = place.contains(document.activeElement);
        hide(form, place);
        if (back) form.querySelector("button").focus();
      }, Number(form.dataset.shows));
    },
    true,
  );
  window.addEventListener("pagehide", () => {
    for (const form of document.querySelectorAll("form[data-shows]")) hide(form, form.nextElementSibling);
  });
})();
