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
}

/** Microseconds without a byte after which FFmpeg gives up by itself. */
const silence = '8000000';
const web = 'http,https,httpproxy,tcp,tls,crypto';

const http: Scheme = {
  options: { rw_timeout: silence, user_agent: 'Muxwell' },
  protocols: web,
  tolerance: 0.25,
};
const rtsp: Scheme = { options: { timeout: silence, rtsp_transport: 'tcp' }, protocols: 'rtsp,rtsps,rtp,srtp,tcp,tls', tolerance: null };
const rtmp: Scheme = { options: { rw_timeout: silence }, protocols: 'rtmp,rtmps,rtmpt,rtmpts,tcp,tls,http,https', tolerance: null };
const srt: Scheme = { options: { timeout: silence }, protocols: 'srt,udp', tolerance: null };

const schemes: Record<string, Scheme> = { http, https: http, rtsp, rtsps: rtsp, rtmp, rtmps: rtmp, rtmpt: rtmp, srt };

const formats = 'flv,live_flv,mpegts,hls,rtsp,mov,mp4,matroska,webm,ogg,mp3,aac,flac,wav';

/** Seconds: a playlist's next segment may be long in coming. */
const patience = { open: 15, packet: 20 };

/** Scheme and host: paths and queries of such addresses have keys in them. */
const shown = (url: URL) => `${url.protocol}//${url.host}`;

export const openPull: Opener<'pull'> = (source, _secrets, listener) => {
  const url = new URL(source.url);
  const name = shown(url);
  return keepTrying(listener, { state: 'connecting', words: `Connecting to ${name}.` }, async (signal, heard) => {
    const scheme = schemes[url.protocol.slice(0, -1)];
    if (!scheme) throw new StudioError('bad-input', `Muxwell fetches from ${Object.keys(schemes).join(', ')}, not from ${url.protocol}//.`);
    const { options, protocols, tolerance } = scheme;
    const order = {
      from: source.url,
      name,
      patience,
      options: { ...options, analyzeduration: examineMicros, protocol_whitelist: protocols, format_whitelist: formats },
    };
    await runInput(await openLiveInput(order, signal), { listener: heard, words: `${name} is playing.`, tolerance }, signal);
    return { words: `${name} ended.`, next: 'later' };
  });
};
