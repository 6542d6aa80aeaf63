import { firstError, type KernelBuild } from './driver-record.ts';

/** The time limit in seconds for one build. */
export const SECONDS = 300;

export interface Identity {
  readonly name: string;
  readonly version: string;
}

/** One arrangement of a tree, and how to build it. */
export interface Attempt {
  readonly how: string;
  build(copy: string, release: string, scratch: string): Promise<KernelBuild>;
}

export function failed(log: string): KernelBuild {
  return { status: 'failed', reason: firstError(log), modules: {} };
}
