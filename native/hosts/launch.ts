#!/usr/bin/env node
/** The `muxwell` command. Looks at Node's version before anything is imported that an older one does not have. */
const needed = 24;
const found = Number(process.versions.node.split('.')[0]);
if (found < needed) {
  console.error(
    `Muxwell needs Node ${needed} or newer and this is Node ${found}. Inside the project, "npx muxwell" brings its own on Linux and Windows; elsewhere install Node ${needed} from nodejs.org.`,
  );
  process.exit(2);
}
const { main } = await import('./cli.ts');
process.exitCode = await main(process.argv.slice(2));
