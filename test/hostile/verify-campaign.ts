import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Seeded } from '../support/seeded.ts';
import { askDpkg, type Listing } from './dpkg-verdict.ts';
import type { Lie } from './lie.ts';
import { AR_LIES, damagedDeb } from './lies-ar.ts';
import { CONTROL_LIES } from './lies-control.ts';
import { TAR_LIES } from './lies-tar.ts';
import { askVerify } from './our-verdict.ts';
import type { HostilePart, Judged } from './part.ts';
import { goodDeb, rawDeb } from './raw-deb.ts';

/** The part `verify` of `npm run hostile`: packages with lies, held against dpkg. */
export const VERIFY_PART: HostilePart = {
  count: 1200,
  mostSeconds: 60,
  // About 200 MiB are Node's and the harness's own.
  mostMib: 500,
  strict: 'stricter than dpkg',
  input: async (seed, index, scratch) => {
    const { kind, bytes } = await hostileDeb(seed, index);
    return { kind, judge: () => judge(bytes, kind, scratch) };
  },
  file: (file, scratch) => ({ kind: file, judge: () => judgeFile(file, file, scratch) }),
};

const LIES: readonly Lie[] = [...TAR_LIES, ...CONTROL_LIES, ...AR_LIES];

/** The package number `index` of a seed: a right one with a lie or two, or random damage. */
export async function hostileDeb(
  seed: number,
  index: number,
): Promise<{ kind: string; bytes: Buffer }> {
  const random = new Seeded(seed * 1_000_003 + index);
  if (index % 20 === 19) return { kind: 'random damage', bytes: await damagedDeb(random) };
  const deb = goodDeb();
  // Every kind gets its turn, a second one may come on top.
  const lies = [LIES[index % LIES.length] as Lie];
  if (random.below(7) === 0) lies.push(random.pick(LIES));
  for (const lie of lies) lie.tell(deb, random);
  if (random.below(5) === 0 && deb.compression === '') {
    deb.compression = random.pick(['.gz', '.xz', '.zst']);
  }
  return { kind: lies[0]?.kind ?? '', bytes: await rawDeb(deb) };
}

/**
 * Asks both about one package. `agree`: both take it and have the same tree, or both refuse it. `strict`: only
 * verify refuses. Bad are `accepts`, `differs` and `crash`.
 */
export async function judge(bytes: Buffer, kind: string, scratch: string): Promise<Judged> {
  const file = join(scratch, 'package.deb');
  await writeFile(file, bytes);
  return judgeFile(file, kind, scratch);
}

async function judgeFile(file: string, kind: string, scratch: string): Promise<Judged> {
  const dpkg = await askDpkg(file, join(scratch, 'dpkg'));
  try {
    const ours = await askVerify(file);
    if (ours.takes && !dpkg.takes) return { kind, outcome: 'accepts', detail: dpkg.said };
    if (!ours.takes && dpkg.takes) return { kind, outcome: 'strict', detail: ours.codes.join(' ') };
    const difference = ours.takes ? compare(ours.tree, dpkg.tree) : '';
    return { kind, outcome: difference === '' ? 'agree' : 'differs', detail: difference };
  } catch (error) {
    return { kind, outcome: 'crash', detail: String((error as Error).stack) };
  }
}

/** What differs first; '' for equal trees. */
function compare(ours: Listing, theirs: Listing): string {
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    if (ours.get(path) !== theirs.get(path)) {
      return `${JSON.stringify(path)}: verify ${ours.get(path)}, dpkg ${theirs.get(path)}`;
    }
  }
  return '';
}
