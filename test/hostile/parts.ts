import type { HostilePart } from './part.ts';

/** The parts of `npm run hostile` by the name on its command line: a line each. */
export const PARTS: Readonly<Record<string, () => Promise<HostilePart>>> = {
  confs: async () => (await import('./confs/campaign.ts')).CONFS_PART,
  verify: async () => (await import('./verify-campaign.ts')).VERIFY_PART,
  trees: async () => (await import('./trees/trees-campaign.ts')).TREES_PART,
  kills: async () => (await import('./kills/kills-part.ts')).KILLS_PART,
};
