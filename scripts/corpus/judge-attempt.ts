import { firstError, type KernelBuild } from './driver-record.ts';

/** Seconds that one build may take. */
export const SECONDS = 300;

export interface Identity {
  readonly name: string;
  readonly version: string;
}

/** One way of laying a tree out and building it. */
export interface Attempt {
  readonly how: string;
  build(copy: string, release: string, scratch: string): Promise<KernelBuild>;
}

export function failed(log: string): KernelBuild {
  return { status: 'failed', reason: firstError(log), modules: {} };
}
