/** Looked at before anything is imported that an older Node does not have: this file imports nothing itself. */
const needed = 24;

/** Ends the process with a sentence when its Node is too old. */
export function needNode(): void {
  const found = Number(process.versions.node.split('.')[0]);
  if (found >= needed) return;
  console.error(
    `Muxwell needs Node ${needed} or newer and this is Node ${found}. Inside the project, "npx muxwell" brings its own on Linux and Windows; elsewhere install Node ${needed} from nodejs.org.`,
  );
  process.exit(2);
}
