// The bar's small menus close when one chose, looked elsewhere, or pressed Escape.
(() => {
  "use strict";
  const close = (but) => {
    for (const menu of document.querySelectorAll(".o-bar .o-pop[open]")) if (!menu.contains(but)) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest(".o-bar .o-pop[open]");
    close(null);
    if (menu) menu.querySelector("summary").focus();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (form && form.closest(".o-pop")) close(null);
  });
})();
