/** A plan and its proof as lines of a job's log. */
import type { Plan, Proof, StreamPlan } from '../contract/plan.ts';

export function describePlan(plan: Plan): string[] {
  const head = `Plan: ${plan.muxer}${plan.passes === 2 ? ', two passes' : ''}${plan.duration === null ? '' : `, ${plan.duration.toFixed(2)} s`}.`;
  const chunks = plan.chunks.length > 1 ? [`The picture is encoded in ${plan.chunks.length} chunks.`] : [];
  return [head, ...chunks, ...plan.streams.map(describeStream), ...plan.notes.map((note) => note.text)];
}

function describeStream(stream: StreamPlan): string {
  const from = `Stream ${stream.input}`;
  if (stream.action === 'copy') return `${from}: ${stream.kind}, ${stream.codec} copied as it is.`;
  if (stream.action === 'convert') return `${from}: subtitles, ${stream.codec} converted to ${stream.to}.`;
  const options = Object.entries(stream.options)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
  const shape =
    stream.kind === 'video'
      ? `${stream.width}×${stream.height} ${stream.pixelFormat}`
      : `${stream.sampleRate} Hz ${stream.layout}${stream.bitRate ? ` ${Math.round(stream.bitRate / 1000)} kb/s` : ''}`;
  return `${from}: ${stream.kind}, ${stream.encoder} ${shape} ${options}`.trim();
}

export const describeProof = ({ bytes, duration, streams }: Proof): string =>
  `${bytes} bytes, ${duration.toFixed(2)} s, ${streams.map((stream) => stream.codec).join(' + ')}`;
