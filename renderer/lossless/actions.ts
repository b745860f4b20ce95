/** Everything that can be done on the Lossless page, by key, menu and palette. */
import * as icons from 'lucide-react';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { addChapter } from './chapters.ts';
import {
  addHere,
  canCut,
  chooseNext,
  goToEdge,
  markIn,
  markOut,
  marksAt,
  moveChosen,
  removeChosen,
  setRemoving,
  splitHere,
  stepFrames,
  stepKeyframes,
  stepSeconds,
  zoomBy,
} from './cutting.ts';
import { canEditAgain, currentId, editAgain, isDraft, isReady, join, losslessIds, selectedIds, submit } from './files.ts';
import { canRedo, canUndo, edit, isRemoving, orderOf, redo, undo } from './orders.ts';
import { canPlay, pause, play, shuttle, toggle } from './playback.ts';

const isHere = () => useUi.getState().place === 'lossless';
/** What the studio has to do needs it there; what is changed meanwhile is told when it is back. */
const isOnline = () => isHere() && useStudio.getState().connected;
const hasFile = () => isHere() && currentId() !== null;
const canPlayHere = () => hasFile() && canPlay();
const canCutHere = () => isHere() && canCut();
const count = () => marksAt(currentId() ?? '').marks.length;
const hasMarks = () => canCutHere() && count() > 0;
const all = () => losslessIds(useStudio.getState());
const withCurrent = (run: (id: string) => void) => () => {
  const id = currentId();
  if (id !== null) run(id);
};

const files: Action[] = [
  {
    ...{ id: 'lossless-export', menu: 'File', icon: icons.Scissors, keys: ['E', 'Enter', 'Mod+Enter'] },
    enabled: () => isOnline() && selectedIds().some(isReady),
    run: () => attempt(submit(selectedIds())),
  },
  {
    ...{ id: 'lossless-export-all', menu: 'File', icon: icons.Layers, keys: ['Shift+E'] },
    enabled: () => isOnline() && all().filter(isReady).length > 1,
    run: () => attempt(submit(all())),
  },
  {
    ...{ id: 'lossless-edit', menu: 'File', icon: icons.PencilLine, keys: ['Shift+Enter'] },
    enabled: () => isOnline() && selectedIds().some(canEditAgain),
    run: () => attempt(editAgain(selectedIds().filter(canEditAgain))),
  },
  {
    ...{ id: 'lossless-join', menu: 'File', icon: icons.Combine, keys: ['Mod+J'] },
    enabled: () => isOnline() && selectedIds().length > 1 && selectedIds().every(isDraft),
    run: () => attempt(join(selectedIds())),
  },
];

const playing: Action[] = [
  { id: 'play', menu: 'Playback', icon: icons.Play, keys: ['Space'], enabled: canPlayHere, run: toggle },
  {
    ...{ id: 'play-kept', menu: 'Playback', icon: icons.ListVideo, keys: ['P'] },
    enabled: () => canPlayHere() && count() > 0,
    run: () => play(1, true),
  },
  {
    ...{ id: 'shuttle-back', menu: 'Playback', icon: icons.Rewind, keys: ['J'] },
    enabled: canPlayHere,
    run: () => shuttle(-1),
  },
  { id: 'shuttle-stop', menu: 'Playback', icon: icons.Pause, keys: ['K'], enabled: canPlayHere, run: pause },
  {
    ...{ id: 'shuttle-on', menu: 'Playback', icon: icons.FastForward, keys: ['L'] },
    enabled: canPlayHere,
    run: () => shuttle(1),
  },
  {
    ...{ id: 'frame-back', menu: 'Playback', icon: icons.ChevronLeft, keys: ['ArrowLeft'] },
    enabled: hasFile,
    run: () => stepFrames(-1),
  },
  {
    ...{ id: 'frame-on', menu: 'Playback', icon: icons.ChevronRight, keys: ['ArrowRight'] },
    enabled: hasFile,
    run: () => stepFrames(1),
  },
  {
    ...{ id: 'second-back', menu: 'Playback', icon: icons.ChevronsLeft, keys: ['Shift+ArrowLeft'] },
    enabled: hasFile,
    run: () => stepSeconds(-1),
  },
  {
    ...{ id: 'second-on', menu: 'Playback', icon: icons.ChevronsRight, keys: ['Shift+ArrowRight'] },
    enabled: hasFile,
    run: () => stepSeconds(1),
  },
  {
    ...{ id: 'keyframe-back', menu: 'Playback', icon: icons.SkipBack, keys: ['Mod+ArrowLeft', 'Alt+ArrowLeft'] },
    enabled: hasFile,
    run: () => stepKeyframes(-1),
  },
  {
    ...{
      id: 'keyframe-on',
      menu: 'Playback',
      icon: icons.SkipForward,
      keys: ['Mod+ArrowRight', 'Alt+ArrowRight'],
    },
    enabled: hasFile,
    run: () => stepKeyframes(1),
  },
  {
    ...{ id: 'go-start', menu: 'Playback', icon: icons.ArrowLeftToLine, keys: ['Home'] },
    enabled: hasFile,
    run: () => goToEdge('start'),
  },
  {
    ...{ id: 'go-end', menu: 'Playback', icon: icons.ArrowRightToLine, keys: ['End'] },
    enabled: hasFile,
    run: () => goToEdge('end'),
  },
  {
    ...{ id: 'go-time', menu: 'Playback', icon: icons.Clock, keys: ['G'] },
    enabled: hasFile,
    run: () => document.querySelector<HTMLInputElement>('[data-time-field]')?.select(),
  },
  {
    ...{ id: 'zoom-in', menu: 'View', icon: icons.ZoomIn, keys: ['Plus', '='] },
    enabled: hasFile,
    run: () => zoomBy(0.5),
  },
  { id: 'zoom-out', menu: 'View', icon: icons.ZoomOut, keys: ['-'], enabled: hasFile, run: () => zoomBy(2) },
  { id: 'zoom-all', menu: 'View', icon: icons.Maximize2, keys: ['0'], enabled: hasFile, run: () => zoomBy(0) },
];

const cutting: Action[] = [
  {
    id: 'mark-in',
    menu: 'Cut',
    icon: icons.ArrowRightFromLine,
    keys: ['I'],
    enabled: canCutHere,
    run: markIn,
  },
  {
    id: 'mark-out',
    menu: 'Cut',
    icon: icons.ArrowLeftFromLine,
    keys: ['O'],
    enabled: canCutHere,
    run: markOut,
  },
  { id: 'split', menu: 'Cut', icon: icons.SquareSplitHorizontal, keys: ['S'], enabled: canCutHere, run: splitHere },
  { id: 'add-segment', menu: 'Cut', icon: icons.Plus, keys: ['N'], enabled: canCutHere, run: addHere },
  {
    ...{ id: 'delete-segment', menu: 'Cut', icon: icons.Trash2, keys: ['Delete', 'Backspace'] },
    enabled: hasMarks,
    run: removeChosen,
  },
  {
    ...{ id: 'segment-before', menu: 'Cut', icon: icons.ArrowUp, keys: ['[', 'ArrowUp'] },
    enabled: () => hasFile() && count() > 0,
    run: () => chooseNext(-1),
  },
  {
    ...{ id: 'segment-after', menu: 'Cut', icon: icons.ArrowDown, keys: [']', 'ArrowDown'] },
    enabled: () => hasFile() && count() > 0,
    run: () => chooseNext(1),
  },
  {
    ...{ id: 'segment-earlier', menu: 'Cut', icon: icons.MoveLeft, keys: ['{'] },
    enabled: () => canCutHere() && count() > 1 && !isRemoving(currentId() ?? ''),
    run: () => moveChosen(-1),
  },
  {
    ...{ id: 'segment-later', menu: 'Cut', icon: icons.MoveRight, keys: ['}'] },
    enabled: () => canCutHere() && count() > 1 && !isRemoving(currentId() ?? ''),
    run: () => moveChosen(1),
  },
  {
    ...{ id: 'swap-mode', menu: 'Cut', icon: icons.ArrowLeftRight, keys: ['M'] },
    enabled: canCutHere,
    run: withCurrent((id) => setRemoving(id, !isRemoving(id))),
  },
  {
    ...{ id: 'swap-cut', menu: 'Cut', icon: icons.Crosshair, keys: ['X'] },
    enabled: hasMarks,
    run: withCurrent((id) => edit(id, { cut: orderOf(id)?.cut === 'smart' ? 'keyframe' : 'smart' })),
  },
  {
    ...{ id: 'add-chapter', menu: 'Cut', icon: icons.BookmarkPlus, keys: ['C'] },
    enabled: canCutHere,
    run: addChapter,
  },
  {
    ...{ id: 'undo', menu: 'Edit', icon: icons.Undo2, keys: ['Mod+Z'] },
    enabled: () => isHere() && isDraft(currentId() ?? '') && canUndo(currentId() ?? ''),
    run: withCurrent(undo),
  },
  {
    ...{ id: 'redo', menu: 'Edit', icon: icons.Redo2, keys: ['Mod+Shift+Z', 'Mod+Y'] },
    enabled: () => isHere() && isDraft(currentId() ?? '') && canRedo(currentId() ?? ''),
    run: withCurrent(redo),
  },
];

export const losslessActions = [...files, ...playing, ...cutting].map((action): Action => ({ ...action, place: 'lossless' }));
