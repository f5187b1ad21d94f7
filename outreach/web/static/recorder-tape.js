// Hands on what the microphone gives, a hundredth of a second at a time.
class Tape extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}
registerProcessor("tape", Tape);
