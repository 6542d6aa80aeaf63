import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { PackageContents } from '../../../src/package/verify/package-contents.ts';
import { verifySource } from '../../../src/package/verify/verify-source.ts';
import { cpuTime } from '../../support/cpu-time.ts';

/** A package with one file in /usr/src/x-1. */
function packed(name: string, text: string): Parameters<typeof verifySource>[0] {
  const entry = { path: `usr/src/x-1/${name}`, type: 'file', size: text.length };
  const contents = async function* () {
    yield { entry, content: Readable.from([Buffer.from(text)]) };
  };
  return { entries: [entry], deb: { contents } } as unknown as Pick<
    PackageContents,
    'entries' | 'deb'
  >;
}

test('bug: the time for a dkms.conf of empty lines grew with their square', async () => {
  const contents = packed('dkms.conf', '\n'.repeat(250_000));
  expect(await cpuTime(() => verifySource(contents, 'x-1', undefined))).toBeLessThan(3000);
});
