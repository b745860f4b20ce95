/** Screens, cameras and microphones: which there are, and how each system's own grabber is asked for one. */
import { Device } from 'node-av/lib';
import { StudioError } from '../../../contract/errors.ts';
import type { LiveDevices, LiveSource } from '../../../contract/live.ts';
import type { InputOrder } from './live-input.ts';

type Region = Extract<LiveSource, { kind: 'screen' }>['region'];
type Ask = Pick<InputOrder, 'from' | 'options'>;
type Area = { x: number; y: number; width: number; height: number };

interface Screen extends Area {
  id: string;
  name: string;
  index: number;
}

/** Pictures a second asked of screens and cameras. */
const framerate = '30';
const patience = { open: 15, packet: 15 };

/** What can be captured here, the system's own choice first. */
export async function listDevices(): Promise<LiveDevices> {
  const all = await Device.list();
  const named = (type: 'video' | 'audio') =>
    all
      .filter((row) => row.type === type)
      .sort((one, other) => Number(other.isDefault) - Number(one.isDefault))
      .map(({ name, description }) => ({ id: name, name: description || name }));
  const screens = (await listScreens()).map(({ id, name, width, height }) => ({ id, name, width, height }));
  return { screens, cameras: named('video'), microphones: named('audio') };
}

async function listScreens(): Promise<Screen[]> {
  const all = (await Device.list()).filter((row) => row.type === 'screen');
  return all.map(({ name, bounds }, index) => ({ id: `${index + 1}: ${name}`, name: `Screen ${index + 1} (${name})`, index, ...bounds }));
}

const size = ({ width, height }: Area): Record<string, string> => (width > 0 && height > 0 ? { video_size: `${width}x${height}` } : {});

/** By FFmpeg's name of the system's grabber. */
const screens: Record<string, (screen: Screen, area: Area) => Ask> = {
  x11grab: (_screen, area) => ({
    from: `${process.env['DISPLAY'] ?? ':0'}+${area.x},${area.y}`,
    options: { framerate, ...size(area) },
  }),
  gdigrab: (_screen, area) => ({
    from: 'desktop',
    options: { framerate, offset_x: String(area.x), offset_y: String(area.y), ...size(area) },
  }),
  avfoundation: ({ index }) => ({
    from: `Capture screen ${index}`,
    options: { framerate, pixel_format: 'nv12', capture_cursor: '1' },
  }),
};

const cameras: Record<string, (id: string) => Ask> = {
  // Stamps by the clock on the wall, as sound has them.
  v4l2: (id) => ({ from: id, options: { timestamps: 'abs' } }),
  dshow: (id) => ({ from: `video=${id}`, options: { rtbufsize: '100M' } }),
  avfoundation: (id) => ({ from: id, options: { framerate, pixel_format: 'nv12' } }),
};

const microphones: Record<string, (id: string) => Ask> = {
  alsa: (id) => ({ from: id, options: {} }),
  dshow: (id) => ({ from: `audio=${id}`, options: { audio_buffer_size: '50' } }),
  avfoundation: (id) => ({ from: `:${id}`, options: {} }),
};

/** The row of this system. */
function onThisSystem<T>(table: Record<string, T>, format: string): T {
  const row = table[format];
  if (!row) throw new StudioError('device-failed', `Muxwell cannot capture with ${format || 'this system'}.`);
  return row;
}

/** The order for a screen, or for a part of it in its own pixels; null takes the first screen. */
export async function screenOrder(id: string | null, region: Region): Promise<InputOrder> {
  const format = Device.getScreenFormat();
  const all = await listScreens();
  const screen = id === null ? all[0] : all.find((one) => one.id === id);
  if (!screen) throw new StudioError('source-missing', id === null ? 'There is no screen to capture.' : `The screen ${id} is not there.`);
  if (region && format === 'avfoundation') throw new StudioError('bad-input', 'On macOS a whole screen is captured, not a part of it.');
  const area = region ? { ...region, x: screen.x + region.x, y: screen.y + region.y } : screen;
  return { ...onThisSystem(screens, format)(screen, area), format, name: screen.name, patience };
}

export async function cameraOrder(id: string | null): Promise<InputOrder> {
  const { cameras: all } = await listDevices();
  const camera = id === null ? all[0] : all.find((one) => one.id === id);
  if (!camera) throw new StudioError('source-missing', id === null ? 'There is no camera.' : `The camera ${id} is not there.`);
  const format = Device.getVideoFormat();
  return { ...onThisSystem(cameras, format)(camera.id), format, name: camera.name, patience };
}

export async function microphoneOrder(id: string): Promise<InputOrder> {
  const name = (await listDevices()).microphones.find((one) => one.id === id)?.name ?? id;
  const format = Device.getAudioFormat();
  return { ...onThisSystem(microphones, format)(id), format, name, patience };
}
