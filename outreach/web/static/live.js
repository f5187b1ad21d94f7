// Live: a page asks its own address again when a stream says that something changed; where nobody says so, every three
// seconds. The stream says only that, never what. A page that nobody sees neither asks nor listens.
(() => {
  "use strict";
  const OFTEN = 3000, SELDOM = 10000, LATER = 60000; // milliseconds
  // The next page in this tab has its name, and so its place at the server; a copy of the tab, made meanwhile, has not.
  const tab = sessionStorage.getItem("tab") ?? Math.random().toString(36).slice(2);
  let stream = null;
  let asked = Date.now();
  const live = () => document.getElementById("live");
  const told = () => stream?.readyState === EventSource.OPEN;
  const ask = () => {
    asked = Date.now();
    live()?.dispatchEvent(new CustomEvent("ask"));
  };
  const hang = () => {
    stream?.close();
    stream = null;
  };
  const listen = () => {
    const address = live()?.dataset.stream;
    if (stream || !address || document.hidden) return;
    const mine = new EventSource(`${address}?tab=${tab}`);
    stream = mine;
    mine.addEventListener("open", ask); // what changed since the page was drawn
    mine.addEventListener("changed", ask);
    mine.addEventListener("over", hang); // asking will say why
    mine.addEventListener("error", () => {
      if (mine.readyState !== EventSource.CLOSED || stream !== mine) return; // it comes back by itself
      stream = null;
      setTimeout(listen, LATER * (1 + Math.random()));
    });
  };
  setInterval(() => {
    if (!document.hidden && Date.now() - asked >= (told() ? SELDOM : OFTEN)) ask();
  }, 250);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return hang();
    ask();
    listen();
  });
  window.addEventListener("pagehide", () => {
    sessionStorage.setItem("tab", tab);
    hang();
  });
  window.addEventListener("pageshow", () => {
    sessionStorage.removeItem("tab");
    listen();
  });
})();
