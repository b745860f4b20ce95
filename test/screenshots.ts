/** `npm run screenshots`: a picture of every page in both themes and two sizes. `screenshots.ts [FOLDER]`, by default screenshots/. */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, expect as playwrightExpect } from '@playwright/test';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { CommandInputs } from '../native/contract/contract.ts';
import { type Clip, makeClip, tone } from './fixtures/clips.ts';
import { endAll } from './fixtures/live-kit.ts';
import { prepareShow } from './fixtures/live-show.ts';
import { ask, closeBrowser, openBrowserApp, row } from './fixtures/page-app.ts';

const folder = resolve(process.argv[2] ?? 'screenshots');
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const see = playwrightExpect.configure({ timeout: 60_000 });
const began = performance.now();
const say = (words: string) => console.log(`${((performance.now() - began) / 1000).toFixed(1)} s  ${words}`);

const evening = (colours: string, clouds: string) =>
  `gradients=s=480x270:r=25:${colours}:x0=0:y0=0:x1=30:y1=270:speed=0.002,format=rgb24[sky];perlin=s=480x270:r=25:octaves=6:persistence=0.55:${clouds},format=rgb24[clouds];[sky][clouds]blend=all_mode=softlight`;
/** Pictures that could be from a film. */
const looks = {
  fjord: evening('c0=0xf3d9b1:c1=0x8fb3cc:c2=0x2c5470:c3=0x16303f:nb_colors=4', 'xscale=2:yscale=3'),
  sunset: evening('c0=0x1b1035:c1=0x8a2b52:c2=0xf0793e:c3=0xffd98a:nb_colors=4', 'xscale=1:yscale=7'),
  clouds:
    'perlin=s=480x270:r=25:octaves=7:persistence=0.6:xscale=1.2:yscale=2.4,eq=contrast=1.9:brightness=0.1,format=rgb24,colorbalance=rs=-0.3:bs=0.35',
  stage:
    'life=s=96x54:r=25:mold=12:ratio=0.12:death_color=#3a0a52:life_color=#ffd27a:mold_color=#1b0633:seed=7,format=rgb24,scale=480:270,gblur=sigma=7,eq=contrast=1.5:saturation=1.5',
  dance:
    'life=s=48x27:r=25:mold=20:ratio=0.2:death_color=#5a1020:life_color=#fff0d8:mold_color=#2a0a12:seed=3,format=rgb24,scale=480:270,gblur=sigma=14,eq=contrast=1.3:saturation=1.3',
  dusk: evening('c0=0x10193a:c1=0x5b2f5e:c2=0xd8684a:c3=0xf7c27a:nb_colors=4', 'xscale=1.4:yscale=5'),
  night: evening('c0=0x05070f:c1=0x0d1b33:c2=0x27406b:c3=0xc98a4b:nb_colors=4', 'xscale=1:yscale=6'),
  lamp: 'gradients=s=480x270:r=25:type=radial:c0=0xd9a06b:c1=0x6b4630:c2=0x231a18:nb_colors=3:x0=190:y0=120:x1=430:y1=250:speed=0.001,format=rgb24,vignette',
  fractal: 'mandelbrot=s=480x270:r=25:start_scale=0.4:end_scale=0.1:start_x=-0.743:start_y=0.13,hue=h=110:s=0.6',
};

interface Film {
  name: string;
  look?: keyof typeof looks;
  size?: string;
  /** Seconds of picture; the sound goes on to `length`, so that it takes no time to make. */
  seconds: number;
  length: number;
  bytes: number;
  preset: string;
  more?: Partial<CommandInputs['addJobs']>;
  clip?: Partial<Clip>;
  /** Ends in the middle. */
  cut?: boolean;
}

const films: Film[] = [
  { name: 'Holiday in Norway.mov', look: 'fjord', seconds: 1, length: 192, bytes: 1.4e9, preset: 'fast-1080p30' },
  { name: 'Sunset from the pier.mp4', look: 'sunset', seconds: 1, length: 47, bytes: 310e6, preset: 'very-fast-1080p30' },
  { name: 'Wedding dance.mkv', look: 'dance', seconds: 3, length: 3, bytes: 0, preset: 'very-fast-720p30', cut: true },
  {
    ...{ name: 'Title sequence.mp4', look: 'fractal', seconds: 10, length: 10, bytes: 0, preset: 'hq-1080p30' },
    more: { overrides: { 'video.speed': 'veryslow' } },
  },
  { name: 'Concert 4K.mp4', look: 'stage', size: '3840:2160', seconds: 0.2, length: 5412, bytes: 48e9, preset: 'hq-2160p60-hevc' },
  {
    ...{ name: 'Interview raw.mkv', look: 'lamp', seconds: 0.4, length: 3731, bytes: 21e9, preset: 'prores-422' },
    more: { group: 'Coast, part 1' },
    clip: { subtitles: [{ tags: { language: 'eng' }, lines: [{ at: 1, seconds: 2, text: 'How did it begin?' }] }] },
  },
  {
    ...{ name: 'Clouds, time lapse.mp4', look: 'clouds', seconds: 0.4, length: 95, bytes: 640e6, preset: 'discord-10mb' },
    more: { group: 'Coast, part 1', priority: 'urgent' },
  },
  { name: 'Podcast 12.flac', seconds: 0, length: 2712, bytes: 0, preset: 'audio-mp3' },
  {
    ...{ name: 'Pier at night.mkv', look: 'night', seconds: 0.4, length: 768, bytes: 3.2e9, preset: 'youtube-1080p60' },
    more: { overrides: { 'video.maxHeight': 720, 'audio.kbps': 192 } },
  },
];

const muxers: Record<string, string> = { mov: 'mov', mp4: 'mp4', mkv: 'matroska', flac: 'flac' };

/** A film of several scenes and a voice, to be cut. */
function makeWalk(path: string): string {
  const scenes = ['fjord', 'clouds', 'sunset', 'lamp', 'night'] as const;
  const parts = scenes.map(
    (look, index) => `${looks[look].replace(/\[(\w+)\]/g, `[$1${index}]`)},trim=duration=2.4,setsar=1,format=yuv420p[scene${index}]`,
  );
  const all = scenes.map((_, index) => `[scene${index}]`).join('');
  const voice = (pitch: number, language: string, title: string) => ({
    source: `aevalsrc='0.5*sin(2*PI*${pitch}*t)*abs(sin(0.7*t))*abs(sin(3.1*t+sin(t)))*(0.6+0.4*random(0))':s=48000:d=12`,
    encoder: 'aac',
    options: { b: '96000' },
    tags: { language, title },
  });
  return makeClip(path, {
    muxer: 'matroska',
    tags: { title: 'A walk along the fjord', artist: 'Robin' },
    streams: [
      {
        source: `${parts.join(';')};${all}concat=n=${scenes.length}:v=1,scale=1280:720,format=yuv420p`,
        encoder: 'libx264',
        options: { preset: 'ultrafast', crf: '23', g: '40' },
      },
      voice(220, 'eng', 'Original'),
      voice(180, 'nor', 'Kommentar'),
    ],
    subtitles: [
      { tags: { language: 'eng' }, lines: [{ at: 1, seconds: 3, text: 'It is quiet up here.' }] },
      { tags: { language: 'nor' }, lines: [{ at: 1, seconds: 3, text: 'Det er stille her oppe.' }] },
    ],
  });
}

function make(path: string, { name, look, size = '1920:1080', seconds, length, bytes, clip = {}, cut }: Film): string {
  const muxer = muxers[name.split('.').at(-1) ?? ''] ?? 'mp4';
  const picture = look && {
    source: `${looks[look]},trim=duration=${seconds},scale=${size},format=yuv420p`,
    encoder: 'libx264',
    options: { preset: 'ultrafast', crf: '23', g: '25' },
  };
  const sound = { ...tone(Math.max(1, seconds)), delay: Math.max(0, length - Math.max(1, seconds)) };
  const speech = { source: `sine=f=220:r=8000:d=${length}`, encoder: 'flac', sampleFormat: 's16', layout: 'mono' };
  makeClip(path, { muxer, streams: picture ? [picture, sound] : [speech], ...clip });
  if (cut) writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size * 0.5));
  else if (bytes > 0) pad(path, muxer, bytes);
  return path;
}

/** Makes a file as large as a real one, with a hole that takes no room: an MP4 `free` box or a Matroska Void. */
function pad(path: string, muxer: string, bytes: number): void {
  const from = statSync(path).size;
  const size = BigInt(Math.round(bytes)) - BigInt(from);
  const head = Buffer.alloc(muxer === 'matroska' ? 9 : 16);
  if (muxer === 'matroska') {
    head.writeBigUInt64BE((1n << 56n) | (size - 9n), 1);
    head[0] = 0xec;
  } else {
    head.writeUInt32BE(1);
    head.write('free', 4);
    head.writeBigUInt64BE(size, 8);
  }
  const file = openSync(path, 'r+');
  writeSync(file, head, 0, head.length, from);
  ftruncateSync(file, Math.round(bytes));
  closeSync(file);
}

/** What tells of the machine that the pictures are made on is replaced on its way to the page, and put back on its way to the host. */
async function disguise(page: Page): Promise<void> {
  const shownHome = '/home/robin';
  await page.routeWebSocket('**/wire', (socket) => {
    const host = socket.connectToServer();
    socket.onMessage((message) => host.send(String(message).replaceAll(shownHome, app.home)));
    host.onMessage((message) => {
      const frame = JSON.parse(String(message).replaceAll(app.home, shownHome));
      const { machine, disk } = frame.data?.put ?? {};
      if (machine?.studio) Object.assign(machine.studio, { name: 'studio', processor: 'AMD Ryzen 9 7950X', cores: 16, memoryBytes: 64e9 });
      if (disk?.studio) Object.assign(disk.studio, { freeBytes: 212e9, totalBytes: 2e12 });
      if (frame.value?.places) frame.value.places = frame.value.places.filter(({ path }: { path: string }) => path.startsWith(shownHome));
      socket.send(JSON.stringify(frame));
    });
  });
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of sizes) {
      await page.setViewportSize(size);
      await page.waitForFunction(() => {
        const strip = document.querySelector('[data-strip]');
        return (!strip || strip.querySelector('img')) && [...document.images].every((image) => image.complete);
      });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${size.width}.png`) });
    }
  }
  say(name);
}

Log.setLevel(AV_LOG_ERROR);
mkdirSync(folder, { recursive: true });
const app = await openBrowserApp();
const videos = join(app.home, 'Videos');
try {
  const page = await app.context.newPage();
  await app.page.close();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await disguise(page);
  await page.goto(app.host.url);
  await see(page.getByText('Drop films or sound here')).toBeVisible();
  await shoot(page, 'export-empty');

  for (const name of ['Exports', 'Norway 2026', 'Wedding']) mkdirSync(join(videos, name));
  for (const film of films) {
    const path = make(join(videos, film.name), film);
    await ask(page, 'addJobs', { sources: [path], preset: film.preset, output: { folder: join(videos, 'Exports') }, ...film.more });
  }
  await ask(page, 'changeSettings', { folder: join(videos, 'Exports') });
  await ask(page, 'startQueue', {});
  say('films made');
  await see(row(page, 'Wedding dance.mkv').getByRole('button')).toBeVisible();
  await row(page, 'Title sequence.mp4').click();
  await see(row(page, 'Title sequence.mp4')).toContainText(/Encoding [2-9]\d %/);
  await page.mouse.move(600, 700);
  await shoot(page, 'export');

  await row(page, 'Concert 4K.mp4').click();
  await row(page, 'Interview raw.mkv').click({ modifiers: ['ControlOrMeta'] });
  await row(page, 'Pier at night.mkv').click({ modifiers: ['ControlOrMeta'] });
  await page.mouse.move(600, 700);
  await shoot(page, 'export-multi');
  await row(page, 'Wedding dance.mkv').click();
  await page.mouse.move(600, 700);
  await shoot(page, 'export-failed');

  const overlays: [name: string, key: string, what: string][] = [
    ['files', 'Control+o', 'Concert 4K.mp4'],
    ['palette', 'Control+k', 'What would you like to do?'],
    ['keys', '?', 'Move to the top'],
  ];
  for (const [name, key, what] of overlays) {
    await page.keyboard.press(key);
    await see(page.getByRole('dialog').getByText(what).or(page.getByPlaceholder(what))).toBeVisible();
    await shoot(page, name);
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Control+2');
  await see(page.getByRole('button', { name: 'Test card' })).toBeVisible();
  await shoot(page, 'live-empty');
  const concert = await prepareShow(page, join(videos, 'Concert at the harbour.mkv'), looks.dusk, join(videos, 'Recordings'));
  await see(page.getByRole('heading', { name: 'Before going live' })).toBeVisible();
  await shoot(page, 'live-ready');
  const show = await concert.goLive();
  await show.loseOne();
  await shoot(page, 'live');
  await show.end();
  await page.keyboard.press('Control+3');
  await see(page.getByText('Drop films or sound here')).toBeVisible();
  await shoot(page, 'lossless-empty');
  const walk = makeWalk(join(videos, 'A walk along the fjord.mkv'));
  const segments = [
    { start: 1.4, end: 4.1, title: 'The fjord' },
    { start: 6.3, end: 9.6 },
  ];
  await ask(page, 'addLossless', { sources: [walk], order: { segments, target: 'mp4' }, draft: true });
  const others = ['Holiday in Norway.mov', 'Interview raw.mkv', 'Podcast 12.flac', 'Pier at night.mkv'].map((name) => join(videos, name));
  await ask(page, 'addLossless', { sources: others, draft: true });
  const open = (name: string) => page.getByRole('option').filter({ hasText: name });
  await see(open('Pier at night')).toContainText('Keeps');
  await open('A walk').click();
  await page.getByLabel('Time at the playhead').fill('6.6');
  await page.keyboard.press('Enter');
  await see(page.getByText(/^Starts/)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await shoot(page, 'lossless');
  await page.keyboard.press('x');
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await page.getByRole('button', { name: /Kommentar/ }).click();
  await page.waitForLoadState('networkidle');
  await shoot(page, 'lossless-exact');
  await page.keyboard.press('Control+a');
  await shoot(page, 'lossless-many');
  for (const [name, key] of [
    ['presets', 4],
    ['settings', 5],
  ] as const) {
    await page.keyboard.press(`Control+${key}`);
    await see(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(name, 'i'));
    await shoot(page, name);
  }
} finally {
  await app.close();
  await closeBrowser();
  endAll();
}
