// A call on a simulated phone: what is said is spoken where the browser has a voice for it, and keys are keys.
(() => {
  "use strict";
  const voices = window.speechSynthesis;
  let spoken = "";
  let silence = 0;
  const talking = () => document.querySelector(".o-call[data-turn]:not(.o-rings)");
  const press = (call, key) => {
    const button = call.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button) button.click();
  };
  const wait = (call) => {
    clearTimeout(silence);
    const form = call.querySelector(".o-call-key");
    const turn = call.dataset.turn;
    // Whoever presses nothing after the last word is asked again, as on a real telephone; reading takes longer.
    silence = setTimeout(() => {
      const now = talking();
      if (!now || now.dataset.turn !== turn || !form) return;
      const empty = document.createElement("button");
      empty.name = "keys";
      empty.value = "";
      empty.hidden = true;
      const typed = now.querySelector("[name=keys].form-control");
      if (typed && typed.value) return wait(now);
      now.querySelector(".o-call-key").append(empty);
      empty.click();
    }, (20 + Number(call.dataset.seconds)) * 1000);
  };
  const speak = (call) => {
    if (!voices) return;
    voices.cancel();
    for (const line of call.querySelectorAll("[data-say]")) {
      const known = voices.getVoices().some((voice) => voice.lang.slice(0, 2) === line.lang.slice(0, 2));
      if (!known) continue;
      const said = new SpeechSynthesisUtterance(line.textContent);
      said.lang = line.lang;
      voices.speak(said);
    }
  };
  const look = () => {
    const call = talking();
    const now = call ? `${call.dataset.call}:${call.dataset.turn}` : "";
    if (now === spoken) return;
    spoken = now;
    if (call) {
      speak(call);
      wait(call);
    } else {
      clearTimeout(silence);
      if (voices) voices.cancel();
    }
  };
  document.addEventListener("click", (event) => {
    const key = event.target.closest(".o-keypad [type=button]");
    if (!key) return;
    const call = key.closest(".o-call");
    const typed = call.querySelector("[name=keys].form-control");
    typed.value += key.dataset.key;
    const length = typed.value.startsWith("*") ? 2 : Number(call.dataset.digits);
    if (typed.value.length >= length) call.querySelector(".o-call-key").requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    const call = event.target.closest && event.target.closest(".o-call");
    if (!call || event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9*#]$/.test(event.key)) press(call, event.key);
  });
  document.addEventListener("htmx:after:settle", look);
  document.addEventListener("htmx:after:swap", look);
  look();
})();
