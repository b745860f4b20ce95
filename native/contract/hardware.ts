/** Graphics cards and other encoders beside the processor: what was tried, what works, and why the rest does not. */
import { z } from 'zod';

/** The ways to a device, by the name people know. */
export const backends = ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'mediafoundation', 'vulkan'] as const;
export type Backend = (typeof backends)[number];

/** One device by one way. */
export const deviceSchema = z.object({
  backend: z.enum(backends),
  /** A render node or an adapter's number; null for the way's own first choice. */
  path: z.string().max(300).nullable(),
});
export type Device = z.infer<typeof deviceSchema>;

export type HardwareCodec = 'h264' | 'hevc' | 'av1';

/** Why something does not work, as far as its driver lets one know. */
export const hardwareCauses = [
  'not-in-build',
  'no-driver', // its library is not installed
  'no-device',
  'no-permission', // the render node may not be opened
  'driver-too-old',
  'session-limit',
  'not-supported', // this device does not have this codec
  'no-10-bit',
  'timed-out',
  'crashed',
  'failed', // none of these; the detail has the driver's words
] as const;
export type HardwareCause = (typeof hardwareCauses)[number];

export interface Refusal {
  cause: HardwareCause;
  /** A sentence for a person. */
  text: string;
  /** The driver's own words. */
  detail: string;
}

/** What came of one encoder or decoder. */
export interface Trial {
  codec: HardwareCodec;
  bitDepth: 8 | 10;
  /** Pictures of 1920×1080 a second; null where it does not work. */
  fps: number | null;
  refusal: Refusal | null;
}

export interface DeviceReport {
  /** Made of backend and path. */
  id: string;
  backend: Backend;
  path: string | null;
  /** For a person: `NVIDIA NVENC`, `VAAPI on renderD128`. */
  name: string;
  /** Why the device itself cannot be used; null when it can, or is not known yet. */
  refusal: Refusal | null;
  encoders: Trial[];
  decoders: Trial[];
  /** ms since 1970; null while it is being tried for the first time. */
  tried: number | null;
}

/** How exports choose: `device:` and a device's id names one. */
export const hardwareChoice = z.union([z.enum(['automatic', 'software']), z.string().regex(/^device:.{1,320}$/)]);
export type HardwareChoice = z.infer<typeof hardwareChoice>;

export const deviceId = ({ backend, path }: Device) => (path === null ? backend : `${backend}:${path}`);
