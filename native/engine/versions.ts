/** Which FFmpeg this worker runs on. Importing it loads FFmpeg, so that a machine on which that fails tells why. */
import { ffmpegVersion } from 'node-av/ffmpeg';
import 'node-av/lib';
import packageJson from '../../package.json' with { type: 'json' };

export const versions = { ffmpeg: ffmpegVersion(), nodeAv: packageJson.dependencies['node-av'] };
