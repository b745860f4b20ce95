/** Files of the studio's machine, and an address to fetch from. */
import { FilePlus2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseFiles } from '../../export/add-files.ts';
import { fileName } from '../../format.ts';
import { Button } from '../../parts/button.tsx';
import { CommitBox, Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { t } from '../../words/index.ts';
import type { KindFields } from './kind-fields.ts';

const shownFiles = 6;
function listed(paths: string[]): string {
  const files = paths.slice(0, shownFiles).map(fileName).join(', ');
  return paths.length > shownFiles ? t('live:source.more', { files, count: paths.length - shownFiles }) : files;
}

export function FilesFields({ source, disabled, onChange }: KindFields<'files'>): ReactNode {
  const { t } = useTranslation();
  const paths = source.paths.filter(Boolean);
  return (
    <>
      <Field label={t('live:source.fileList')} hint={paths.length > 1 ? listed(paths) : undefined}>
        <Button
          icon={FilePlus2}
          disabled={disabled}
          className="min-w-0 !justify-start"
          onClick={() => chooseFiles((chosen) => chosen.length > 0 && onChange({ paths: chosen }))}
        >
          <span className="truncate">
            {paths.length === 0
              ? t('live:source.choose')
              : paths.length === 1
                ? fileName(paths[0] ?? '')
                : t('common:file', { count: paths.length })}
          </span>
        </Button>
      </Field>
      <Field label={t('live:source.atEnd')}>
        <Select
          name={t('live:source.atEnd')}
          disabled={disabled || paths.length === 0}
          choices={[
            { value: 'loop', label: t('live:source.loop') },
            { value: 'once', label: t('live:source.once') },
          ]}
          value={source.loop ? 'loop' : 'once'}
          onChange={(value) => onChange({ loop: value === 'loop' })}
        />
      </Field>
    </>
  );
}

export function PullFields({ source, disabled, onChange }: KindFields<'pull'>): ReactNode {
  const { t } = useTranslation();
  return (
    <Field label={t('live:source.address')}>
      <CommitBox
        aria-label={t('live:source.addressName')}
        placeholder="rtsp://camera/stream"
        disabled={disabled}
        value={source.url}
        onCommit={(url) => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(url.trim()) && onChange({ url: url.trim(), address: null })}
      />
    </Field>
  );
}
