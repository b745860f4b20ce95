/** Asks which group files go into: one that is there, or a new name. */
import { Folder } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextBox } from '../parts/field.tsx';
import { call, jobOf, useStudio } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';
import { groupsOf } from './rows.ts';
import { shared } from './shared.ts';

export function GroupDialog({ jobs }: { jobs: string[] }): ReactNode {
  const { t } = useTranslation();
  const groups = useStudio(groupsOf);
  const [name, setName] = useState(shared(jobs.map((id) => jobOf(id)?.group ?? null)) ?? '');
  const input = useRef<HTMLInputElement>(null);
  const put = (group: string) => {
    if (group.trim() === '') return;
    closeDialog();
    attempt(call('groupJobs', { ids: jobs, group: group.trim() }));
  };
  return (
    <Dialog title={t('export:group.title', { count: jobs.length })} className="w-[420px]" initialFocus={input}>
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          put(name);
        }}
      >
        <TextBox
          ref={input}
          aria-label={t('export:group.name')}
          placeholder={t('export:group.name')}
          value={name}
          maxLength={80}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.target.value)}
        />
        {groups.size > 0 && (
          <ul aria-label={t('export:group.there')} className="-mx-1 flex max-h-60 flex-col overflow-y-auto">
            {[...groups].map(([group, members]) => (
              <li key={group}>
                <Button look="ghost" icon={Folder} className="w-full !justify-start !px-2" onClick={() => put(group)}>
                  <span className="truncate text-text">{group}</span>
                  <span className="text-sm">{t('common:file', { count: members.length })}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={name.trim() === ''}>
            {t('export:group.put')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
