/** Three ways to begin, for someone who was never here: each leads to a first result. */
import { FileDown, type LucideIcon, Radio, Shuffle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openFiles } from '../lossless/files.ts';
import { attempt } from '../notices.ts';
import { Dialog } from '../parts/dialog.tsx';
import { call } from '../studio.ts';
import { closeDialog, go } from '../ui-state.ts';
import { addPaths, chooseFiles } from './add-files.ts';

type Way = 'smaller' | 'live' | 'container';

export const putAway = () => attempt(call('changeSettings', { welcomed: true }));

/** What begins something of one's own has done its work. */
const begun = (work: Promise<unknown>) => {
  putAway();
  attempt(work);
};

const ways: { way: Way; icon: LucideIcon; begin(): void }[] = [
  {
    ...{ way: 'smaller', icon: FileDown },
    begin: () => chooseFiles((paths) => begun(addPaths(paths).then(() => call('startQueue', {})))),
  },
  {
    ...{ way: 'live', icon: Radio },
    begin() {
      putAway();
      go('live');
    },
  },
  { way: 'container', icon: Shuffle, begin: () => chooseFiles((paths) => begun(openFiles(paths, { target: 'mp4' }))) },
];

export function Ways({ before = () => {} }: { before?(): void }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className="grid w-full max-w-4xl grid-cols-3 gap-3 max-[1080px]:grid-cols-1">
      {ways.map(({ way, icon: Icon, begin }) => (
        <li key={way}>
          <button
            type="button"
            onClick={() => {
              before();
              begin();
            }}
            className="flex h-full w-full flex-col gap-2 rounded-md border border-line-strong bg-raised p-5 text-left transition-colors duration-150 hover:border-accent-text hover:bg-hover max-[1080px]:p-3"
          >
            <Icon size={22} strokeWidth={1.6} className="text-accent-text" aria-hidden />
            <span className="text-lg font-medium">{t(`export:welcome.${way}.title`)}</span>
            <span className="text-muted">{t(`export:welcome.${way}.text`)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Brought back over whatever is there. */
export function WelcomeDialog(): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog title={t('export:welcome.title')} className="w-[900px]">
      <div className="flex flex-col gap-4 p-5">
        <p className="text-muted">{t('export:welcome.text')}</p>
        <Ways before={closeDialog} />
      </div>
    </Dialog>
  );
}
