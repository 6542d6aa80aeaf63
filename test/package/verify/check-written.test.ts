import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainMember } from '../../../src/archive/deb-writer.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { parseSymvers } from '../../../src/kernel/symvers.ts';
import { openSigner } from '../../../src/module/sign/open-signer.ts';
import { signModule } from '../../../src/module/sign/sign-module.ts';
import { stageModulesPackage } from '../../../src/package/modules/modules-package.ts';
import { signPackage } from '../../../src/package/sign/sign-package.ts';
import { writePackage } from '../../../src/package/staged-package.ts';
import { modulesPackageCheck } from '../../../src/package/verify/check-written.ts';
import { builtModule, helloDescription } from '../../support/module-build.ts';
import { makePair, type Pair } from '../../support/sign-pairs.ts';
import { CONFIG, RELEASE, SYMVERS, small, VERSIONS } from '../../support/verify-fixture.ts';

const headers: KernelHeaders = {
  release: RELEASE,
  directory: '/nonexistent',
  configFile: undefined,
  config: parseKernelConfig(CONFIG),
  architecture: 'amd64',
  machine: 'x86_64',
  moduleDirectory: '/lib/modules',
  packageVersion: '6.1.1-1',
};

let directory = '';
let [a, b]: Pair[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'check-packed-'));
  [a, b] = await Promise.all([makePair(directory, 'a'), makePair(directory, 'b')]);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const certificate = async (pair: Pair | undefined) =>
  new X509Certificate(await readFile(pair?.certificate ?? ''));

async function signerOf(pair: Pair | undefined) {
  const { key = '', certificate = '' } = pair ?? {};
  return openSigner({ signers: [{ key, certificate }] });
}

/** A staged package of one module, and its check; `change` does what a disk or a bug would do. */
async function packed(module: Buffer, options: { signedBy?: Pair | undefined } = {}) {
  const output = await mkdtemp(join(directory, 'output-'));
  const file = join(output, '..', 'small.ko');
  await writeFile(file, module);
  const { signedBy } = options;
  const signed = signedBy && (await signModule(file, await signerOf(signedBy), headers));
  const made = builtModule({ name: 'small', version: '1.0' } as never, 'small.ko', file);
  const exports = async () => ({ kernel: parseSymvers(SYMVERS), others: new Map() });
  const modules = made.modules.map((one) => ({ ...one, signed }));
  const build = { ...made, modules, exports };
  const staged = await stageModulesPackage(build, headers, helloDescription('1.0'), {
    timestamp: 1_700_000_000,
  });
  const by = async (...pairs: (Pair | undefined)[]) =>
    modulesPackageCheck(
      build,
      headers,
      pairs.length === 0 ? undefined : { certificates: await Promise.all(pairs.map(certificate)) },
    );
  return { output, staged, by };
}

const wrong = (message: RegExp) =>
  expect.objectContaining({ code: 'package-mismatch', message: expect.stringMatching(message) });

// Bug: what was packed was never looked at again.
test('a package is verified on its own bytes before it gets its name', async () => {
  const { output, staged, by } = await packed(small());
  await writePackage(staged, output, await by());
  expect(await readdir(output)).toEqual([staged.fileName]);
});

test.each([
  ['CRCs', small({ versions: { ...VERSIONS, printk: 1 } }), /small\.ko: .* another CRC: printk/],
  ['vermagic', small({ info: { vermagic: '6.1.0-2-amd64 ' } }), /built for kernel 6\.1\.0-2-amd64/],
  ['symbols', small({ imports: ['gone'] }), /imports symbols that nothing exports: gone/],
  ['machine', small({ machine: 183 }), /small\.ko: it is for aarch64, not x86_64/],
  ['nothing', Buffer.alloc(0), /small\.ko: the file is empty/],
  ['half', small().subarray(0, 200), /small\.ko: this is not a kernel module/],
])('with %s that are not the kernel’s none is left', async (_what, module, message) => {
  const { output, staged, by } = await packed(module);
  await expect(writePackage(staged, output, await by())).rejects.toEqual(wrong(message));
  expect(await readdir(output)).toEqual([]);
});

test('wrong checksums: the package that was there before stays', async () => {
  const { output, staged, by } = await packed(small());
  await writeFile(join(output, staged.fileName), 'before');
  const control = staged.control.map((member) =>
    member.name === 'md5sums'
      ? plainMember(
          'md5sums',
          member.bytes.toString().replace(/^./gm, (c) => (c === '0' ? '1' : '0')),
        )
      : member,
  );
  await expect(writePackage({ ...staged, control }, output, await by())).rejects.toEqual(
    wrong(/lines of md5sums that are wrong \(.*\): /),
  );
  expect(await readFile(join(output, staged.fileName), 'utf8')).toBe('before');
  expect(await readdir(output)).toEqual([staged.fileName]);
});

test('a file cut off after it was written is found', async () => {
  const { output, staged, by } = await packed(small());
  const check = await by();
  const cut = async (file: string) => {
    await writeFile(file, (await readFile(file)).subarray(0, -100));
    await check(file);
  };
  await expect(writePackage(staged, output, cut)).rejects.toEqual(wrong(/./));
  expect(await readdir(output)).toEqual([]);
});

test('what was only a warning before it was packed does not stop it', async () => {
  const module = small({
    imports: ['spaced'],
    versions: { module_layout: 0x11111111, spaced: 0x44444444 },
  });
  const { output, staged, by } = await packed(module);
  await writePackage(staged, output, await by());
  expect(await readdir(output)).toEqual([staged.fileName]);
});

test('signatures are verified with each certificate', async () => {
  const { output, staged, by } = await packed(small(), { signedBy: a });
  await writePackage(staged, output, await by(a));
  for (const pairs of [[b], [a, b]]) {
    await expect(writePackage(staged, output, await by(...pairs))).rejects.toEqual(
      wrong(/small\.ko: none of its signatures was made with the key/),
    );
  }
  const unsigned = await packed(small());
  await expect(
    writePackage(unsigned.staged, unsigned.output, await unsigned.by(a)),
  ).rejects.toEqual(wrong(/small\.ko: it is not signed/));
});

test('what bmdeb-sign writes is verified with the certificate', async () => {
  const { output, staged } = await packed(small());
  const file = await writePackage(staged, output);
  const target = join(output, 'signed.deb');
  const signer = await signerOf(a);
  const copy = join(directory, 'copy');
  const sign = async ({ unsigned }: { unsigned: Buffer }) => {
    await writeFile(copy, unsigned);
    return signer.sign(copy, 'sha256');
  };
  const other = async () => sign({ unsigned: Buffer.from('another module') });
  await expect(signPackage(file, target, other, signer.certificates)).rejects.toEqual(
    wrong(/its signature is not valid for the certificate/),
  );
  expect(await readdir(output)).toEqual([staged.fileName]);
  await signPackage(file, target, sign, signer.certificates);
  expect(await readdir(output)).toContain('signed.deb');
});
