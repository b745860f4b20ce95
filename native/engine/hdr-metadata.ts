/** HDR10 metadata as FFmpeg lays it out in side data, read and written. */
import type { MasteringDisplay } from '../contract/media.ts';

/** AVMasteringDisplayMetadata: ten AVRationals (r, g, b, white as x,y; min, max luminance) and two flags. */
export function readMastering(data: Buffer | null): MasteringDisplay | null {
  if (!data || data.length < 88 || data.readInt32LE(80) === 0 || data.readInt32LE(84) === 0) return null;
  const value = (index: number) => data.readInt32LE(index * 8) / data.readInt32LE(index * 8 + 4);
  const point = (index: number): [number, number] => [value(index), value(index + 1)];
  return { red: point(0), green: point(2), blue: point(4), white: point(6), minLuminance: value(8), maxLuminance: value(9) };
}

/** AVContentLightMetadata: MaxCLL and MaxFALL. */
export function readContentLight(data: Buffer | null): { max: number; average: number } | null {
  return data && data.length >= 8 ? { max: data.readUInt32LE(0), average: data.readUInt32LE(4) } : null;
}

export function writeMastering(mastering: MasteringDisplay): Buffer {
  const data = Buffer.alloc(88);
  const values = [
    ...mastering.red,
    ...mastering.green,
    ...mastering.blue,
    ...mastering.white,
    mastering.minLuminance,
    mastering.maxLuminance,
  ];
  values.forEach((value, index) => {
    const den = index < 8 ? 50_000 : 10_000; // the units of ST 2086
    data.writeInt32LE(Math.round(value * den), index * 8);
    data.writeInt32LE(den, index * 8 + 4);
  });
  data.writeInt32LE(1, 80);
  data.writeInt32LE(1, 84);
  return data;
}

export function writeContentLight(light: { max: number; average: number }): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt32LE(light.max, 0);
  data.writeUInt32LE(light.average, 4);
  return data;
}
