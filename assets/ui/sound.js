// A short soft sound, made here: two notes, a fifth apart.
// Decides nothing: whether it may sound is loud.js's rule, in which tab is news.jsx's.
// Called by news.jsx, and by preferences.jsx to try it.

const NOTES_HZ = [587.33, 880];
const NOTE_S = 0.11;
const LOUDNESS = 0.06; // of full scale: heard in a quiet room, not across it
const REST_MS = 1_500; // several at once are one sound

/** @type {AudioContext | null} */
let context = null;
let soundedAt = -Infinity;

/** @param {AudioContext} audio @param {number} pitch_hz @param {number} at_s */
function note(audio, pitch_hz, at_s) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch_hz;
  volume.gain.setValueAtTime(0, at_s);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at_s + 0.01); // a sudden beginning clicks
  volume.gain.exponentialRampToValueAtTime(0.0001, at_s + 2 * NOTE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(at_s);
  tone.stop(at_s + 2 * NOTE_S);
}

/** Sound once; browsers allow it only after somebody has touched the page, and else it stays silent. */
export async function chime() {
  if (performance.now() - soundedAt < REST_MS || typeof AudioContext !== "function") return;
  soundedAt = performance.now();
  try {
    context ??= new AudioContext();
    await Promise.race([context.resume(), new Promise((_, reject) => setTimeout(reject, 300))]);
    const audio = context;
    NOTES_HZ.forEach((pitch_hz, place) => note(audio, pitch_hz, audio.currentTime + place * NOTE_S));
  } catch {
    // not allowed yet: the toast says it
  }
}
