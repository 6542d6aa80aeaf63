/**
 * Replaces cliui and string-width in the bundle, which only format the help of yargs. src/commands/command-line/help.ts
 * writes the help instead, and loading the two packages would take 15 ms at every start.
 */
// biome-ignore lint/style/noDefaultExport: the replaced packages have one.
export default function noLayout(): never {
  throw new Error('yargs must not write help');
}
