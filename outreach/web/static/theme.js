// Light or dark: what the person chose here, else what their system says. Loaded first, so that nothing flashes.
(() => {
  "use strict";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = () => { document.documentElement.dataset.bsTheme = kept() || (dark.matches ? "dark" : "light"); };
  show();
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".o-theme")) return;
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* a browser that keeps nothing follows its system */ }
    document.documentElement.dataset.bsTheme = next;
  });
})();
