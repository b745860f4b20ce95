/** Two short notes, made here: no file, and nothing that the page's policy would have to allow. */

/** Hz, and when each begins, seconds. */
const notes = [
  { pitch: 659.25, at: 0 },
  { pitch: 987.77, at: 0.16 },
];
const seconds = 0.5;
const loudness = 0.2;
/** How long a browser may take to begin; one that waits for a press on the page would play at that, long after, ms. */
const patienceMs = 500;

/** Resolves with whether it could be heard. */
export async function playTone(): Promise<boolean> {
  const context = new AudioContext();
  try {
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
    if (context.state !== 'running') return false;
    await Promise.all(notes.map(({ pitch, at }) => play(context, pitch, context.currentTime + at)));
    return true;
  } finally {
    await context.close();
  }
}

/** One note that dies away like a bell's. */
function play(context: AudioContext, pitch: number, at: number): Promise<unknown> {
  const source = new OscillatorNode(context, { type: 'sine', frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  source.connect(volume).connect(context.destination);
  const over = new Promise((resolve) => {
    source.onended = resolve;
  });
  source.start(at);
  source.stop(at + seconds);
  return over;
}
