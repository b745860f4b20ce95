#!/usr/bin/env node
/** The `muxwell` command. Looks at Node's version before anything is imported that an older one does not have. */
import { needNode } from './node-version.ts';

needNode();
const { main } = await import('./cli.ts');
process.exitCode = await main(process.argv.slice(2));
