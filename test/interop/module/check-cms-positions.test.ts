import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DkmsDebError } from '../../../src/errors.ts';
import { checkCms } from '../../../src/module/format/check-cms.ts';
import { derChildren, readDer } from '../../../src/module/format/der.ts';
import { readCms } from '../../../src/module/format/signature-cms.ts';
import { mapConcurrently } from '../../../src/system/process/concurrency.ts';
import { run } from '../../../src/system/process/run.ts';
import { makePair } from '../../support/sign-pairs.ts';
import { small } from '../../support/verify-fixture.ts';

let directory = '';
let cms: Buffer;
let certificate: X509Certificate;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signature-positions-'));
  const pair = await makePair(directory, 'a');
  certificate = new X509Certificate(await readFile(pair.certificate));
  await writeFile(join(directory, 'small.ko'), small());
  const args = ['cms', '-sign', '-binary', '-nosmimecap', '-noattr', '-nocerts', '-md', 'sha256'];
  args.push('-outform', 'DER', '-in', join(directory, 'small.ko'));
  args.push('-signer', pair.certificate, '-inkey', pair.key);
  cms = (await run('openssl', args)).bytes;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Does verify take the module with this signature, by the certificate? */
async function takes(changed: Buffer): Promise<boolean> {
  try {
    return (await checkCms(small(), readCms(changed), certificate)).valid;
  } catch (error) {
    if (error instanceof DkmsDebError) return false;
    throw error;
  }
}

/**
 * Where kernels look at nothing or allow a choice (pkcs7.asn1): the object identifiers in the list of digests, which
 * are only noted, and the tags of the algorithms' parameters, which are ANY. `[from, to)`.
 */
function passedOver(): [from: number, to: number][] {
  const signed = readDer(derChildren(readDer(cms))[1]?.content ?? Buffer.alloc(0));
  const [, digests, , signers] = derChildren(signed);
  const [, , digest, algorithm] = derChildren(readDer(signers?.content ?? Buffer.alloc(0)));
  const listed = readDer(digests?.content ?? Buffer.alloc(0));
  const at = (part: Buffer | undefined) => (part?.byteOffset ?? 0) - cms.byteOffset;
  const [oid] = derChildren(listed);
  const tags = [listed, digest, algorithm].flatMap((one) => {
    const parameters = one && derChildren(one)[1];
    return parameters ? [[at(parameters.bytes), at(parameters.bytes) + 1] as [number, number]] : [];
  });
  // Both are a SET OF or a SEQUENCE OF, which differ by the bit that is changed.
  const lists = [digests, signers].map((one): [number, number] => [
    at(one?.bytes),
    at(one?.bytes) + 1,
  ]);
  return [[at(oid?.content), at(oid?.content) + (oid?.content.length ?? 0)], ...tags, ...lists];
}

test('the signature itself is taken', async () => {
  expect(await takes(cms)).toBe(true);
});

test('bug: of a changed byte verify says what the kernel says, at every position', async () => {
  const free = passedOver();
  expect(free.length).toBeGreaterThan(1);
  const positions = Array.from({ length: cms.length }, (_, at) => at);
  const wrong: string[] = [];
  await mapConcurrently(positions, 4, async (at) => {
    // One bit, so that a tag stays one that is short.
    const changed = Buffer.from(cms);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const kernel = free.some(([from, to]) => at >= from && at < to);
    const ours = await takes(changed);
    if (ours !== kernel) wrong.push(`${at} of ${cms.length}: verify ${ours}, kernel ${kernel}`);
  });
  expect(wrong.sort()).toEqual([]);
});
