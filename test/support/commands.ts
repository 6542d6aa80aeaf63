import { installedKernels } from './kernels.ts';

const [release = ''] = await installedKernels();

/** Each command on a tree, as a person would call it; results go to `out`. */
export const COMMANDS = [
  ['init', (tree: string) => ['init', tree]],
  ['build', (tree: string, out: string) => ['build', '-o', out, tree]],
  ['bmdeb', (tree: string, out: string) => ['bmdeb', '-k', release, '-o', out, tree]],
] as const;
