/** The German catalogue, by room; a chunk of its own, which comes when German is wanted. */
import type { Catalogue } from '../en/index.ts';
import common from './common.json' with { type: 'json' };
import exporting from './export.json' with { type: 'json' };
import fields from './fields.json' with { type: 'json' };
import glossary from './glossary.json' with { type: 'json' };
import live from './live.json' with { type: 'json' };
import lossless from './lossless.json' with { type: 'json' };
import presets from './presets.json' with { type: 'json' };
import settings from './settings.json' with { type: 'json' };

export const de: Catalogue = { common, export: exporting, fields, glossary, live, lossless, presets, settings };
