/** Which devices a machine could have, worth a trial each, and what they are called. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { type Backend, type Device, deviceId } from '../contract/hardware.ts';

const byPlatform: Partial<Record<NodeJS.Platform, Backend[]>> = {
  linux: ['nvenc', 'qsv', 'vaapi', 'amf', 'vulkan'],
  win32: ['nvenc', 'qsv', 'amf', 'mediafoundation', 'vulkan'],
  darwin: ['videotoolbox'],
};

const names: Record<Backend, string> = {
  nvenc: 'NVIDIA NVENC',
  qsv: 'Intel Quick Sync',
  vaapi: 'VAAPI',
  amf: 'AMD AMF',
  videotoolbox: 'Apple VideoToolbox',
  mediafoundation: 'Windows Media Foundation',
  vulkan: 'Vulkan',
};

export const deviceName = ({ backend, path }: Device): string =>
  path === null ? names[backend] : `${names[backend]} on ${path.split('/').at(-1)}`;

const renderNodes = (folder = '/dev/dri') =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith('renderD'))
        .sort()
        .map((name) => join(folder, name))
    : [];

/** Every device to try: VAAPI once per render node. */
export function candidates(): Device[] {
  return (byPlatform[platform()] ?? []).flatMap((backend): Device[] => {
    const nodes = backend === 'vaapi' ? renderNodes() : [];
    return nodes.length > 0 ? nodes.map((path) => ({ backend, path })) : [{ backend, path: null }];
  });
}

/** Differs when the system, a card, a driver or Muxwell is another: what was tried before then says nothing. */
export function fingerprint(version: string): string {
  const cards = ['/sys/class/drm'].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder).map(
          (name) => `${name}:${read(join(folder, name, 'device/vendor'))}:${read(join(folder, name, 'device/device'))}`,
        )
      : [],
  );
  return [version, platform(), arch(), release(), read('/proc/driver/nvidia/version'), ...candidates().map(deviceId), ...cards.sort()].join(
    '|',
  );
}

/** Much of it is not there on most machines. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
