/** Graphics cards as FFmpeg knows them: opened once per worker, given to decoders, filters and encoders. */
import {
  AV_PIX_FMT_AMF_SURFACE,
  AV_PIX_FMT_CUDA,
  AV_PIX_FMT_D3D11,
  AV_PIX_FMT_QSV,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_VIDEOTOOLBOX,
  AV_PIX_FMT_VULKAN,
  type AVPixelFormat,
} from 'node-av/constants';
import { avGetPixFmtFromName, Frame, HardwareDeviceContext, HardwareFramesContext } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { type Backend, type Device, deviceId } from '../contract/hardware.ts';
import { check } from './av-error.ts';

interface BackendRow {
  /** FFmpeg's name of the device type. */
  type: string;
  /** The pixel format of pictures that lie on the device. */
  format: AVPixelFormat;
  /** Its encoders take pictures from the device alone. */
  onlyOnDevice: boolean;
  /** Pictures a pool must have from the start; 0 where it grows by itself. */
  pool: number;
}

const rows: Record<Backend, BackendRow> = {
  nvenc: { type: 'cuda', format: AV_PIX_FMT_CUDA, onlyOnDevice: false, pool: 0 },
  qsv: { type: 'qsv', format: AV_PIX_FMT_QSV, onlyOnDevice: false, pool: 64 },
  vaapi: { type: 'vaapi', format: AV_PIX_FMT_VAAPI, onlyOnDevice: true, pool: 0 },
  amf: { type: 'amf', format: AV_PIX_FMT_AMF_SURFACE, onlyOnDevice: false, pool: 0 },
  videotoolbox: { type: 'videotoolbox', format: AV_PIX_FMT_VIDEOTOOLBOX, onlyOnDevice: false, pool: 0 },
  mediafoundation: { type: 'd3d11va', format: AV_PIX_FMT_D3D11, onlyOnDevice: false, pool: 0 },
  vulkan: { type: 'vulkan', format: AV_PIX_FMT_VULKAN, onlyOnDevice: true, pool: 0 },
};

export const deviceFormat = (backend: Backend): AVPixelFormat => rows[backend].format;
export const takesOnlyDevicePictures = (backend: Backend): boolean => rows[backend].onlyOnDevice;

const deviceFormats = new Set<number>(Object.values(rows).map((row) => row.format));

/** The pool of a picture that lies on a device; null for one in memory. */
export function poolOf(frame: Frame): HardwareFramesContext | null {
  if (!deviceFormats.has(frame.format)) return null;
  // node-av 6.1.1 keeps a frame's first pool for good, though a frame that is used again may have another and the first be gone.
  Reflect.set(frame, '_hwFramesCtx', undefined);
  return frame.hwFramesCtx;
}

const open = new Map<string, HardwareDeviceContext>();

/** A device, kept open for the worker's life. Throws device-failed with the driver's words as the detail (av-error.ts adds the log). */
export function openDevice(device: Device): HardwareDeviceContext {
  const id = deviceId(device);
  const known = open.get(id);
  if (known) return known;
  const type = HardwareDeviceContext.findTypeByName(rows[device.backend].type as never);
  const context = new HardwareDeviceContext();
  const result = (type as number) === 0 ? -1 : context.create(type, device.path);
  if (result < 0) {
    context.free();
    throw new StudioError('device-failed', `The device ${id} could not be opened.`, `code ${result}`);
  }
  open.set(id, context);
  return context;
}

/** A pool of pictures on a device. */
export interface DevicePictures {
  context: HardwareFramesContext;
  /** Copies a picture from memory; it is only valid until the next one. */
  upload(frame: Frame): Frame;
  close(): void;
}

/** `format` is the pixel format the pictures have in memory, e.g. nv12. */
export function createDevicePictures(device: Device, format: string, width: number, height: number): DevicePictures {
  const context = new HardwareFramesContext();
  context.alloc(openDevice(device));
  context.format = deviceFormat(device.backend);
  context.swFormat = avGetPixFmtFromName(format);
  context.width = width;
  context.height = height;
  context.initialPoolSize = rows[device.backend].pool;
  const uploaded = new Frame();
  uploaded.alloc();
  const name = deviceId(device);
  try {
    check(context.init(), 'device', name);
  } catch (error) {
    uploaded.free();
    context.free();
    throw error;
  }
  return {
    context,
    upload(frame) {
      uploaded.unref();
      check(context.getBuffer(uploaded, 0), 'device', name);
      check(context.transferDataSync(uploaded, frame), 'device', name);
      uploaded.copyProps(frame);
      return uploaded;
    },
    close() {
      uploaded.free();
      context.free();
    },
  };
}

/** A picture in memory: the frame itself, or a copy of one that lies on a device, which `done` gives back. */
export function inMemory(frame: Frame): { frame: Frame; done(): void } {
  if (!poolOf(frame)) return { frame, done: () => {} };
  const copy = new Frame();
  copy.alloc();
  const done = () => copy.free();
  const result = frame.hwframeTransferDataSync(copy);
  if (result < 0) done();
  check(result, 'device', 'the picture');
  copy.copyProps(frame);
  return { frame: copy, done };
}
