// Records a sentence in the browser as a WAV file and puts it into the form's own field. Without a microphone,
// or where a browser cannot, the field takes a file as before.
(() => {
  "use strict";
  const LONGEST = 40; // seconds; in 16 bits at 48,000 Hz that is what may be sent
  const able = navigator.mediaDevices && window.AudioWorkletNode && window.DataTransfer;
  let tape = null;

  // A WAV file of one channel with 16 bits.
  const wav = (parts, rate) => {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const view = new DataView(new ArrayBuffer(44 + 2 * length));
    const word = (at, text) => [...text].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
    word(0, "RIFF");
    view.setUint32(4, 36 + 2 * length, true);
    word(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, rate, true);
    view.setUint32(28, 2 * rate, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    word(36, "data");
    view.setUint32(40, 2 * length, true);
    let at = 44;
    for (const part of parts) {
      for (const value of part) {
        view.setInt16(at, Math.round(32767 * Math.max(-1, Math.min(1, value))), true);
        at += 2;
      }
    }
    return new File([view.buffer], "recording.wav", { type: "audio/wav" });
  };

  const words = () => document.getElementById("recordings").dataset; // in the reader's language
  const say = (box, text) => (box.querySelector("[role=status]").textContent = text);
  const pressed = (box, on) => {
    const button = box.querySelector("[data-record]");
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-words]").textContent = on ? words().stop : words().again;
  };

  const begin = async (box) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    const context = new AudioContext();
    try {
      await context.audioWorklet.addModule(document.getElementById("recordings").dataset.tape);
    } catch (problem) {
      stream.getTracks().forEach((track) => track.stop());
      await context.close();
      throw problem;
    }
    const node = new AudioWorkletNode(context, "tape", { numberOfOutputs: 0 });
    const parts = [];
    node.port.onmessage = ({ data }) => parts.push(data);
    context.createMediaStreamSource(stream).connect(node);
    tape = { box, stream, context, parts, ends: setTimeout(end, LONGEST * 1000) };
    pressed(box, true);
    say(box, words().recording);
  };

  const end = async () => {
    const { box, stream, context, parts, ends } = tape;
    tape = null;
    clearTimeout(ends);
    stream.getTracks().forEach((track) => track.stop());
    const rate = context.sampleRate;
    await context.close();
    const file = wav(parts, rate);
    const given = new DataTransfer();
    given.items.add(file);
    box.closest("form").querySelector("[type=file]").files = given.files;
    const audio = box.querySelector("audio");
    if (audio.src) URL.revokeObjectURL(audio.src);
    audio.src = URL.createObjectURL(file);
    audio.hidden = false;
    pressed(box, false);
    say(box, words().recorded.replace("{seconds}", ((file.size - 44) / 2 / rate).toFixed(1)));
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-record]");
    if (!button || button.disabled) return;
    const box = button.closest("[data-recorder]");
    if (tape && tape.box !== box) return say(box, words().another);
    button.disabled = true; // until it is known whether there is a microphone
    try {
      await (tape ? end() : begin(box));
    } catch {
      say(box, words().silent);
    } finally {
      button.disabled = false;
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (able) for (const box of document.querySelectorAll("[data-recorder]")) box.hidden = false;
  });
})();
