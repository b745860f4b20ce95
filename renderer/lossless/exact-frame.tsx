/** Exactly the picture at the playhead while nothing plays, over a copy that is coarser. */
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { frameUrl } from './asset-urls.ts';
import { usePlayback } from './playback.ts';

/** The playhead rests so long before a picture is asked for, ms. */
const restMs = 150;

/** `alone`: there is nothing under it, so the last picture stays until the next one is there. */
export function ExactFrame({ job, alone }: { job: string; alone: boolean }): ReactNode {
  const { t } = useTranslation();
  const time = usePlayback((playback) => playback.time);
  const playing = usePlayback((playback) => playback.playing);
  const [at, setAt] = useState<number | null>(null);
  const [shown, setShown] = useState('');
  const [missing, setMissing] = useState('');
  useEffect(() => {
    if (playing) return setAt(null);
    const timer = setTimeout(() => setAt(time), restMs);
    return () => clearTimeout(timer);
  }, [time, playing]);
  const url = at === null ? '' : frameUrl(job, at, 960);
  const isShown = alone || (!playing && shown === url && at === time);
  return (
    <>
      {url && url !== missing && (
        <img
          src={url}
          alt=""
          draggable={false}
          onLoad={() => setShown(url)}
          onError={() => setMissing(url)}
          className={`absolute inset-0 size-full object-contain ${isShown ? '' : 'invisible'}`}
        />
      )}
      {alone && (url === missing || !shown) && <Plate text={url && url === missing ? t('lossless:player.noPicture') : ''} />}
    </>
  );
}

const Plate = ({ text }: { text: string }) => <p className="absolute inset-0 flex items-center justify-center text-white/70">{text}</p>;
