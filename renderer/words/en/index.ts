/** The English catalogue, by room. It is in the page from the start: what another language lacks is said by it. */
import common from './common.json' with { type: 'json' };
import exporting from './export.json' with { type: 'json' };
import fields from './fields.json' with { type: 'json' };
import glossary from './glossary.json' with { type: 'json' };
import live from './live.json' with { type: 'json' };
import lossless from './lossless.json' with { type: 'json' };
import presets from './presets.json' with { type: 'json' };
import settings from './settings.json' with { type: 'json' };

export const en = { common, export: exporting, fields, glossary, live, lossless, presets, settings };
export type Catalogue = typeof en;
