/** A stream fetched from elsewhere: RTSP, HLS, HTTP, RTMP or SRT, with a time-out on every step. */
import { StudioError } from '../../../contract/errors.ts';
import { keepTrying } from '../intake/keep-trying.ts';
import { examineMicros, openLiveInput } from '../intake/live-input.ts';
import { runInput } from '../intake/run-input.ts';
import type { Opener } from '../source.ts';

interface Scheme {
  options: Record<string, string>;
  /** Protocols it may go on with: an address, or a playlist behind it, never reaches this machine's files. */
  protocols: string;
  /** Seconds of lateness that are caught up with, where packets come in bursts; null where they come in real time. */
  tolerance: number | null;
  /** Seconds without a packet after which it is lost. */
  silence: number;
}

/** Microseconds without a byte after which FFmpeg gives up by itself. */
const noBytes = '8000000';
/** Seconds: a playlist's next segment may be long in coming; what comes in real time may not. */
const silence = { segments: 20, realTime: 3 };
const web = 'http,https,httpproxy,tcp,tls,crypto';

const http: Scheme = {
  options: { rw_timeout: noBytes, user_agent: 'Muxwell' },
  protocols: web,
  tolerance: 0.25,
  silence: silence.segments,
};
const realTime = { tolerance: null, silence: silence.realTime };
const rtsp: Scheme = { ...realTime, options: { timeout: noBytes, rtsp_transport: 'tcp' }, protocols: 'rtsp,rtsps,rtp,srtp,tcp,tls' };
const rtmp: Scheme = { ...realTime, options: { rw_timeout: noBytes }, protocols: 'rtmp,rtmps,rtmpt,rtmpts,tcp,tls,http,https' };
const srt: Scheme = { ...realTime, options: { timeout: noBytes }, protocols: 'srt,udp' };

const schemes: Record<string, Scheme> = { http, https: http, rtsp, rtsps: rtsp, rtmp, rtmps: rtmp, rtmpt: rtmp, srt };

const formats = 'flv,live_flv,mpegts,hls,rtsp,mov,mp4,matroska,webm,ogg,mp3,aac,flac,wav';

const openSeconds = 15;

/** Scheme and host: paths and queries of such addresses have keys in them. */
const shown = (url: URL) => `${url.protocol}//${url.host}`;

export const openPull: Opener<'pull'> = (source, secrets, listener) => {
  const address = (source.address && secrets[source.address]) || source.url;
  const url = new URL(address);
  const name = shown(url);
  return keepTrying(listener, { state: 'connecting', words: `Connecting to ${name}.` }, async (signal, heard) => {
    const scheme = schemes[url.protocol.slice(0, -1)];
    if (!scheme) throw new StudioError('bad-input', `Muxwell fetches from ${Object.keys(schemes).join(', ')}, not from ${url.protocol}//.`);
    const { protocols, tolerance } = scheme;
    const options = { ...scheme.options, analyzeduration: examineMicros, protocol_whitelist: protocols, format_whitelist: formats };
    const order = { from: address, name, options, patience: { open: openSeconds, packet: scheme.silence } };
    await runInput(await openLiveInput(order, signal), { listener: heard, words: `${name} is playing.`, tolerance }, signal);
    return { words: `${name} ended.`, next: 'later' };
  });
};
