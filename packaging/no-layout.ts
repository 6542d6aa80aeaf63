/**
 * In the bundle this is cliui and string-width, which would lay out the help of yargs. It only parses
 * here, help is ours (src/commands/command-line/help.ts), and the two would take 15 ms of every start.
 */
// biome-ignore lint/style/noDefaultExport: it stands for packages that have one.
export default function noLayout(): never {
  throw new Error('yargs writes no help here');
}
