/** WebVTT as MP4 packs it (`wvtt`): every sample has the cues on the picture at that time, each in a box. FFmpeg hands the boxes through. */
import { decodeText } from './charset.ts';
import type { Lose } from './text.ts';

export interface WvttCue {
  text: string;
  settings: string;
}

/** The cues of a sample; one that shows nothing has none. */
export function readWvttSample(sample: Buffer, lose: Lose): WvttCue[] {
  const cues = [...boxes(sample, lose)].filter((box) => box.type === 'vttc');
  return cues.map((cue) => {
    const parts = new Map([...boxes(cue.content, lose)].map((part) => [part.type, decodeText(part.content)]));
    return { text: parts.get('payl') ?? '', settings: parts.get('sttg') ?? '' };
  });
}

function* boxes(bytes: Buffer, lose: Lose): Iterable<{ type: string; content: Buffer }> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length) return lose('damage');
    yield { type: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}
