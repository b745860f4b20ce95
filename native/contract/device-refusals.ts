/** Drivers' words as causes, and causes as sentences. Nothing else reads what a driver says. */
import type { Backend, Device, HardwareCause, Refusal } from './hardware.ts';

/** The first row whose words occur decides, so the particular stands before the general. */
const words: [RegExp, HardwareCause][] = [
  [/minimum required Nvidia driver|does not support the required nvenc API|driver .*too old/i, 'driver-too-old'],
  [
    /OpenEncodeSessionEx failed: (out of memory|incompatible client key)|too many .*sessions|Resource temporarily unavailable/i,
    'session-limit',
  ],
  [/10.?bit encode not supported|does not support 10.?bit|10-bit .*not supported/i, 'no-10-bit'],
  [/permission denied|access denied/i, 'no-permission'],
  [
    /Cannot load (lib|\S+\.dll)|Could not dynamically load|Unable to open the lib|DLL .*failed to open|libva.*not found|Failed to initialise VAAPI|VK_ERROR_INCOMPATIBLE_DRIVER/i, // Vulkan's word for no driver at all
    'no-driver',
  ],
  [
    /No VA display|Cannot open a VA display|No (available )?render device|no CUDA-capable device|CUDA_ERROR_NO_DEVICE|No (usable )?device|No such (file|device)|Failed to get number of|not find.*device/i,
    'no-device',
  ],
  [
    /No capable devices found|No usable encoding|not find any MFT|not supported|unsupported|does not support|not present|Function not implemented|VK_KHR_video/i,
    'not-supported',
  ],
];

const drivers: Record<Backend, string> = {
  nvenc: 'The NVIDIA driver is not installed.',
  qsv: "Intel's media driver is not installed.",
  vaapi: 'The VAAPI library (libva) is not installed.',
  amf: "AMD's encoding library (AMF) is not installed.",
  videotoolbox: 'VideoToolbox is not on this system.',
  mediafoundation: 'Media Foundation is not on this system.',
  vulkan: 'There is no Vulkan on this system.',
};

const sentences: Record<HardwareCause, (device: Device) => string> = {
  'not-in-build': () => 'This build of FFmpeg has no such encoder.',
  'no-driver': ({ backend }) => drivers[backend],
  'no-device': () => 'There is no such graphics device.',
  'no-permission': ({ path }) => `You may not use ${path ?? 'the device'}: on Linux, add yourself to the group “render” and log in again.`,
  'driver-too-old': () => 'The driver is too old. Install a newer one.',
  'session-limit': () => 'Other programs use all the encoding sessions the driver allows.',
  'not-supported': () => 'This device does not have it.',
  'no-10-bit': () => 'This device has it in 8 bits only.',
  'timed-out': () => 'The driver did not answer in time.',
  crashed: () => 'The driver crashed.',
  failed: () => 'It did not work; the details have the driver’s words.',
};

export const refusalOf = (cause: HardwareCause, device: Device, detail: string): Refusal => ({
  cause,
  text: sentences[cause](device),
  detail,
});

/** What a driver's words, gathered while it was tried, mean. */
export function understand(device: Device, detail: string): Refusal {
  const cause = words.find(([pattern]) => pattern.test(detail))?.[1] ?? 'failed';
  return refusalOf(cause, device, detail);
}
