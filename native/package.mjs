/** `npm run package`: electron-builder, with its arguments. Without MUXWELL_UPDATES, which electron-builder.yml asks for, there are no updates. */
process.env.MUXWELL_UPDATES ??= '';
await import('electron-builder/cli.js');
