import { installedKernels } from './kernels.ts';

const [release = ''] = await installedKernels();

/** All commands for a tree, as a user would call them. Results are written into `out`. */
export const COMMANDS = [
  ['init', (tree: string) => ['init', tree]],
  ['build', (tree: string, out: string) => ['build', '-o', out, tree]],
  ['bmdeb', (tree: string, out: string) => ['bmdeb', '-k', release, '-o', out, tree]],
] as const;
