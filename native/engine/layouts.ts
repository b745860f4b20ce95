/** The channel layouts an export can have, by FFmpeg's names. The plan chooses by number of channels. */
import {
  AV_CHANNEL_LAYOUT_4POINT0,
  AV_CHANNEL_LAYOUT_5POINT0_BACK,
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_6POINT1,
  AV_CHANNEL_LAYOUT_7POINT1,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_QUAD,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CHANNEL_LAYOUT_SURROUND,
} from 'node-av/constants';
import type { ChannelLayout } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';

const layouts: Record<string, ChannelLayout> = {
  mono: AV_CHANNEL_LAYOUT_MONO,
  stereo: AV_CHANNEL_LAYOUT_STEREO,
  '3.0': AV_CHANNEL_LAYOUT_SURROUND,
  '4.0': AV_CHANNEL_LAYOUT_4POINT0,
  quad: AV_CHANNEL_LAYOUT_QUAD,
  '5.0': AV_CHANNEL_LAYOUT_5POINT0_BACK,
  '5.1': AV_CHANNEL_LAYOUT_5POINT1_BACK,
  '6.1': AV_CHANNEL_LAYOUT_6POINT1,
  '7.1': AV_CHANNEL_LAYOUT_7POINT1,
};

export function channelLayout(name: string): ChannelLayout {
  const layout = layouts[name];
  if (!layout) throw new StudioError('internal', `The plan asks for an unknown channel layout, ${name}.`);
  return layout;
}
