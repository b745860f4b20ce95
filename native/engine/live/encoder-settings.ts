/** What a broadcast asks of each encoder beside the plan's own options: a constant rate, keyframes only where they belong, and on demand. */

interface Settings {
  options(gop: number): Record<string, string>;
  /** It takes another rate while it runs. */
  adapts: boolean;
}

const rows: { encoder: RegExp; settings: Settings }[] = [
  {
    encoder: /^libx264$/,
    settings: {
      // Filler and not nal-hrd: that one forbids changes of rate.
      options: (gop) => ({ 'forced-idr': '1', 'x264-params': `filler=1:scenecut=0:keyint=${gop}:min-keyint=${gop}` }),
      adapts: true,
    },
  },
  {
    encoder: /^libx265$/,
    settings: {
      options: (gop) => ({ 'forced-idr': '1', 'x265-params': `scenecut=0:keyint=${gop}:min-keyint=${gop}:open-gop=0:log-level=none` }),
      adapts: false,
    },
  },
  {
    encoder: /^libsvtav1$/,
    settings: { options: (gop) => ({ 'svtav1-params': `rc=2:scd=0:pred-struct=1:keyint=${gop}` }), adapts: false },
  },
  {
    encoder: /_nvenc$/,
    settings: { options: () => ({ rc: 'cbr', 'forced-idr': '1', 'no-scenecut': '1', strict_gop: '1' }), adapts: true },
  },
  { encoder: /_qsv$/, settings: { options: () => ({ forced_idr: '1', adaptive_i: '0' }), adapts: true } },
  { encoder: /_vaapi$/, settings: { options: () => ({ rc_mode: 'CBR' }), adapts: false } },
  { encoder: /_amf$/, settings: { options: () => ({ rc: 'cbr', forced_idr: '1', filler_data: '1' }), adapts: false } },
  { encoder: /_videotoolbox$/, settings: { options: () => ({ realtime: '1' }), adapts: true } },
  { encoder: /_mf$/, settings: { options: () => ({ rate_control: 'cbr' }), adapts: false } },
];

/** Options whose value is a list: the plan's own words are added to ours. */
const lists = ['x264-params', 'x265-params', 'svtav1-params'];

export const adapts = (encoder: string): boolean => rows.find((row) => row.encoder.test(encoder))?.settings.adapts ?? false;

export function liveOptions(encoder: string, own: Record<string, string>, gop: number): Record<string, string> {
  const options = { ...(rows.find((row) => row.encoder.test(encoder))?.settings.options(gop) ?? {}) };
  for (const [key, value] of Object.entries(own)) {
    const before = lists.includes(key) ? options[key] : undefined;
    options[key] = before ? `${before}:${value}` : value;
  }
  return options;
}
