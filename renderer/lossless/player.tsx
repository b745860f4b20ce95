/** The picture at the playhead: the file itself where the browser plays it, else a light copy, else single pictures. */
import { ImageOff, LoaderCircle } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import type { MediaInfo } from '../../native/contract/media.ts';
import { fileName, filmOf } from '../format.ts';
import { sourceUrl } from './asset-urls.ts';
import { elementDeck } from './element-deck.ts';
import { ExactFrame } from './exact-frame.tsx';
import { browserPlays } from './playable.ts';
import { attach, load, toggle, usePlayback, type Way } from './playback.ts';
import { feedProxy } from './proxy-feed.ts';

interface PlayerProps {
  job: Job;
  media: MediaInfo;
  start: number;
  end: number;
}

export function Player({ job, media, start, end }: PlayerProps): ReactNode {
  const { t } = useTranslation();
  const film = filmOf(media);
  const [way, setWay] = useState<Way>(() => (browserPlays(media) ? 'source' : 'proxy'));
  useEffect(() => load(job.id, start, end), [job.id, start, end]);
  useEffect(() => usePlayback.setState({ way, waiting: false }), [way]);
  const worse = () => setWay((now) => (now === 'source' ? 'proxy' : 'stills'));
  const body = (
    <>
      {way === 'source' && <SourceDeck job={job} start={start} hasPicture={film !== undefined} onFail={worse} />}
      {way === 'proxy' && <ProxyDeck job={job} length={end - start} onFail={worse} />}
      {way !== 'source' && film && <ExactFrame job={job.id} alone={way === 'stills'} />}
    </>
  );
  if (!film) return <div className="hidden">{body}</div>;
  return (
    <figure
      aria-label={t('lossless:player.name', { name: fileName(job.source) })}
      className="relative min-h-0 flex-1 overflow-hidden bg-black"
      onClick={toggle}
    >
      {body}
      <Waiting />
      {way === 'stills' && (
        <figcaption className="absolute bottom-2 left-2 flex items-center gap-1.5 rounded bg-black/70 px-2 py-0.5 text-sm text-white">
          <ImageOff size={13} aria-hidden />
          {t('lossless:player.stills')}
        </figcaption>
      )}
    </figure>
  );
}

/** Appears only when a picture takes longer than one notices. */
function Waiting(): ReactNode {
  const { t } = useTranslation();
  const waiting = usePlayback((playback) => playback.waiting);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, [waiting]);
  if (!slow) return null;
  return (
    <span className="absolute top-2 right-2 rounded-full bg-black/60 p-1 text-white">
      <LoaderCircle size={16} className="animate-spin" aria-label={t('lossless:player.onItsWay')} />
    </span>
  );
}

const picture = 'absolute inset-0 size-full object-contain outline-none';

interface DeckProps {
  job: Job;
  onFail(): void;
}

/** `start`: the source's time at its beginning, s. */
function SourceDeck({ job, start, hasPicture, onFail }: DeckProps & { start: number; hasPicture: boolean }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const { deck, close } = elementDeck(element, start);
    const leave = attach(deck);
    return () => {
      leave();
      close();
    };
  }, [start]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a film as it is; what it has of captions is listed beside it
    <video
      ref={video}
      tabIndex={-1}
      src={sourceUrl(job.id)}
      preload="auto"
      playsInline
      disablePictureInPicture
      onError={onFail}
      onLoadedMetadata={(event) => hasPicture && event.currentTarget.videoWidth === 0 && onFail()}
      className={picture}
    />
  );
}

function ProxyDeck({ job, length, onFail }: DeckProps & { length: number }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const fail = useRef(onFail);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const closed = new AbortController();
    let end = () => {};
    feedProxy(element, job.id, length, closed.signal, () => fail.current()).then(
      (feed) => {
        const { deck, close } = elementDeck(element, feed.offset);
        const leave = attach(deck);
        end = () => {
          leave();
          close();
          feed.close();
        };
        if (closed.signal.aborted) end();
      },
      () => !closed.signal.aborted && fail.current(),
    );
    return () => {
      closed.abort();
      end();
    };
  }, [job.id, length]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a film as it is; what it has of captions is listed beside it
    <video ref={video} tabIndex={-1} playsInline disablePictureInPicture onError={onFail} className={picture} />
  );
}
