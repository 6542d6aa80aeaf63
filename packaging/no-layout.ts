/**
 * Replaces cliui and string-width in the bundle, which only format the help of yargs. We write the help
 * (src/commands/command-line/help.ts), and loading the two would take 15 ms of every start.
 */
// biome-ignore lint/style/noDefaultExport: the replaced packages have one.
export default function noLayout(): never {
  throw new Error('yargs must not write help');
}
