/** Several files at once: what is done to all of them, and what comes of it. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import type { TrackRule, TrackRules } from '../../native/contract/lossless.ts';
import { OutputFields } from '../export/output-fields.tsx';
import { clock, number, size } from '../format.ts';
import { attempt } from '../notices.ts';
import { ActionButton } from '../parts/button.tsx';
import { Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { same } from '../same.ts';
import { call, useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { editAll } from './files.ts';
import { languageName } from './languages.ts';
import { useOrders } from './orders.ts';
import { everything, ruleSetOf, ruleSets, sharedRules } from './rules.ts';
import { describeOutcome } from './words.ts';

export function Batch({ ids }: { ids: string[] }): ReactNode {
  const { t } = useTranslation();
  const jobs = useStudio((mirror) => mirror.jobs);
  const statuses = useStudio((mirror) => mirror.statuses);
  const local = useOrders((orders) => orders.local);
  const all = useMemo(() => ids.flatMap((id) => jobs[id] ?? []), [ids, jobs]);
  const drafts = all.filter(({ id }) => statuses[id]?.phase === 'draft');
  const orders = drafts.flatMap(({ id, lossless }) => local[id] ?? lossless ?? []);
  const rules = sharedRules(orders);
  const open = drafts.map(({ id }) => id);
  const setRules = (next: TrackRules) => editAll(open, { rules: next, tracks: null });
  return (
    <section aria-label={t('lossless:batch.name')} className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl py-4">
        <header className="px-4 pb-2">
          <h2 className="text-xl font-medium">{t('lossless:batch.selected', { count: ids.length })}</h2>
          <p className="text-muted">
            {[
              t('lossless:batch.inAll', { time: clock(all.reduce((sum, { media }) => sum + (media?.duration ?? 0), 0)) }),
              size(all.reduce((sum, { media }) => sum + (media?.bytes ?? 0), 0)),
            ].join(' · ')}
          </p>
        </header>
        <Outcomes drafts={drafts} />
        {open.length === 0 ? (
          <p className="px-4 py-3 text-muted">{t('lossless:batch.fixed')}</p>
        ) : (
          <>
            <Section title={t('lossless:batch.tracks')}>
              <Field label={t('lossless:batch.rule')}>
                <Select
                  name={t('lossless:batch.ruleName')}
                  choices={ruleSets.map(({ value }) => ({
                    value,
                    label: t(`lossless:ruleSet.${value}.label`),
                    text: t(`lossless:ruleSet.${value}.text`),
                  }))}
                  value={rules ? (ruleSetOf(rules)?.value ?? '') : ''}
                  placeholder={t(rules ? 'lossless:batch.ownRule' : 'lossless:batch.different')}
                  onChange={(value) => setRules(ruleSets.find((set) => set.value === value)?.rules ?? everything)}
                />
              </Field>
              <RuleFields rules={rules ?? everything} jobs={drafts} onChange={setRules} />
            </Section>
            <Section title={t('lossless:batch.results')}>
              <OutputFields
                names={t('lossless:names')}
                value={sharedOutput(drafts)}
                onChange={({ folder, ...change }) => {
                  for (const { id, output } of drafts) {
                    const { folder: before, ...rest } = output;
                    const kept = folder === undefined ? before : (folder ?? undefined);
                    attempt(call('changeJobs', { ids: [id], output: { ...rest, ...(kept && { folder: kept }), ...change } }));
                  }
                }}
              />
            </Section>
            <div className="flex flex-wrap gap-2 px-4 py-4">
              <ActionButton id="lossless-join" />
              <ActionButton id="lossless-close" />
            </div>
          </>
        )}
      </div>
    </section>
  );
}

function sharedOutput(drafts: Job[]): { folder: string | null; template: string; overwrite: boolean } {
  const outputs = drafts.map(({ output }) => output);
  const [first] = outputs;
  const shared = <K extends 'folder' | 'template' | 'overwrite'>(key: K) => outputs.every((output) => same(output[key], first?.[key]));
  return {
    folder: shared('folder') ? (first?.folder ?? null) : null,
    template: shared('template') ? (first?.template ?? '{name}') : '{name}',
    overwrite: shared('overwrite') ? (first?.overwrite ?? false) : false,
  };
}

/** How many files keep everything, and how many do not. */
function Outcomes({ drafts }: { drafts: Job[] }): ReactNode {
  const { t } = useTranslation();
  const statuses = useStudio((mirror) => mirror.statuses);
  const counts = new Map<string, { count: number; isLoss: boolean }>();
  for (const { id, outline } of drafts) {
    const status = statuses[id];
    const problem = status?.phase === 'draft' ? status.problem : null;
    const { text, isLoss } = problem
      ? { text: problem.message, isLoss: true }
      : outline
        ? describeOutcome(outline)
        : { text: t('lossless:batch.reading'), isLoss: false };
    counts.set(text, { count: (counts.get(text)?.count ?? 0) + 1, isLoss });
  }
  return (
    <ul aria-label={t('lossless:batch.outcome')} className="mx-4 mb-2 rounded-md border border-line bg-panel py-1">
      {[...counts].map(([text, { count, isLoss }]) => (
        <li key={text} className="flex gap-3 px-3 py-1">
          <span className="w-8 shrink-0 text-right text-muted">{number(count)}</span>
          <span className={isLoss ? 'text-warn' : ''}>{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** Kinds one by one; languages are those that the files have. */
function RuleFields({ rules, jobs, onChange }: { rules: TrackRules; jobs: Job[]; onChange(rules: TrackRules): void }): ReactNode {
  const { t } = useTranslation();
  const languagesOf = (kind: 'audio' | 'subtitle') => [
    ...new Set(
      jobs.flatMap(({ media }) => media?.streams.flatMap((stream) => (stream.kind === kind ? (stream.language ?? 'und') : [])) ?? []),
    ),
  ];
  const keyOf = (rule: TrackRule | 'forced') => (typeof rule === 'string' ? rule : JSON.stringify(rule));
  const read = (value: string) => (value.startsWith('[') ? JSON.parse(value) : value);
  const choicesFor = (kind: 'audio' | 'subtitle', rule: TrackRule | 'forced') => {
    const single = languagesOf(kind).map((code) => ({
      value: JSON.stringify([code]),
      label: t('lossless:rule.only', { language: languageName(code) }),
    }));
    const own = keyOf(rule);
    const others = typeof rule === 'string' || single.some(({ value }) => value === own) ? [] : [{ value: own, label: describeRule(rule) }];
    return [
      { value: 'all', label: t('lossless:rule.all') },
      ...(kind === 'subtitle' ? [{ value: 'forced', label: t('lossless:rule.forced'), text: t('lossless:rule.forcedText') }] : []),
      ...single,
      ...others,
      { value: 'none', label: t('lossless:rule.none') },
    ];
  };
  return (
    <>
      <Field label={t('common:stream.video')}>
        <Select
          name={t('common:stream.video')}
          choices={[
            { value: 'all', label: t('lossless:rule.keepPicture') },
            { value: 'none', label: t('lossless:rule.dropPicture') },
          ]}
          value={rules.video}
          onChange={(video) => onChange({ ...rules, video: video as TrackRules['video'] })}
        />
      </Field>
      <Field label={t('common:stream.audio')}>
        <Select
          name={t('common:stream.audio')}
          choices={choicesFor('audio', rules.audio)}
          value={keyOf(rules.audio)}
          onChange={(value) => onChange({ ...rules, audio: read(value) })}
        />
      </Field>
      <Field label={t('common:stream.subtitle')}>
        <Select
          name={t('common:stream.subtitle')}
          choices={choicesFor('subtitle', rules.subtitles)}
          value={keyOf(rules.subtitles)}
          onChange={(value) => onChange({ ...rules, subtitles: read(value) })}
        />
      </Field>
      <Field label={t('lossless:rule.attachments')}>
        <Select
          name={t('lossless:rule.attachmentsName')}
          choices={[
            { value: 'keep', label: t('lossless:rule.keep') },
            { value: 'drop', label: t('lossless:rule.drop') },
          ]}
          value={rules.attachments ? 'keep' : 'drop'}
          onChange={(value) => onChange({ ...rules, attachments: value === 'keep' })}
        />
      </Field>
    </>
  );
}

function describeRule(codes: string[]): string {
  const languages = [...new Set(codes.map(languageName))];
  const last = languages.pop() ?? '';
  return languages.length > 0 ? t('lossless:rule.or', { languages: languages.join(', '), last }) : last;
}
