import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PackageFormat } from '../../../src/package/modules/package-choices.ts';
import { buildKernel } from '../../../src/pipelines/bmdeb/build-kernel.ts';
import { sourceParts } from '../../../src/pipelines/bmdeb/key-parts.ts';
import type { MetaChoices } from '../../../src/pipelines/bmdeb/meta-choices.ts';
import { readSource } from '../../../src/pipelines/driver-source/read-source.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { fakeHeaders, moduleSource, RELEASE, writeFiles } from '../../support/fake-kernel.ts';
import { conf, DEBIAN, type Files, inTree } from '../../support/packaged-tree.ts';

interface Tried {
  readonly status: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly compiled: boolean;
}

/** Builds a tree for a kernel whose Makefile tells if it was run. */
async function tryTree(
  files: Files,
  {
    format = 'deb',
    dryRun = false,
    meta,
    dkmsPackage,
  }: {
    format?: PackageFormat;
    dryRun?: boolean;
    meta?: MetaChoices;
    dkmsPackage?: string;
  } = {},
): Promise<Tried> {
  const code = { 'foo.c': moduleSource(), Makefile: 'obj-m := foo.o\n', 'dkms.conf': CONF };
  return inTree({ ...code, ...files }, async (tree) => {
    const [scratch, output, mark] = ['scratch', 'out', 'compiled'].map((name) =>
      join(tree, '..', name),
    ) as [string, string, string];
    for (const place of [scratch, output]) await mkdir(place);
    const headers = await fakeHeaders(join(tree, '..', 'headers'), { config: '' });
    await writeFiles(headers.directory, {
      Makefile: `$(shell touch ${mark})\nall:\n\tfalse\n`,
      'include/generated/autoconf.h': '',
      'include/config/auto.conf': '',
      'Module.symvers': '0x00000000\tx\tvmlinux\tEXPORT_SYMBOL\t\n',
      'scripts/basic/fixdep': '#!/bin/sh\n',
      'scripts/mod/modpost': '#!/bin/sh\n',
    });
    const read = await readSource(tree, { output, scratch, reporter: silentReporter });
    const description = { ...read.description, ...(dkmsPackage && { dkmsPackage }) };
    const source = { ...read, description };
    const kernel = { release: RELEASE, machine: undefined, headers };
    const work = {
      source,
      parts: await sourceParts(source),
      dryRun,
      cache: false,
      symvers: [],
      meta,
      packages: {
        output,
        format,
        timestamp: source.timestamp,
        dbgsym: true,
        initramfs: 'never',
        dkmsRelation: 'coexist',
        kernelDependency: 'none',
        signer: undefined,
        cache: false,
      },
    } as const;
    const task = silentReporter.task('test', 1);
    const outcome = await buildKernel({ kernel, headers }, work, 1, silentReporter, task);
    const { status, error } = outcome;
    return {
      status,
      code: error?.code,
      message: error?.message ?? '',
      compiled: existsSync(mark),
    };
  });
}

const CONF = conf('foo', '1.0');
const long = (count: number) => '1'.repeat(count);

test('the tree itself is compiled', async () => {
  expect(await tryTree(DEBIAN)).toMatchObject({ code: 'make-failed', compiled: true });
  expect(await tryTree(DEBIAN, { dryRun: true })).toMatchObject({
    status: 'built',
    compiled: false,
  });
});

const BAD: readonly (readonly [what: string, code: string, files: Files])[] = [
  [
    'a version with which the name of the file is too long',
    'cannot-write',
    { ...DEBIAN, 'debian/changelog': DEBIAN['debian/changelog']?.replace('1.0', long(240)) ?? '' },
  ],
];

test.for(BAD)('before anything is compiled, %s is refused', async ([, code, files]) => {
  for (const dryRun of [false, true]) {
    const tried = await tryTree(files, { dryRun });
    expect(tried, tried.message).toMatchObject({ status: 'failed', code, compiled: false });
  }
});

test('before anything is compiled, an RPM package that rpm cannot read is refused', async () => {
  expect(await tryTree(DEBIAN, { format: 'rpm' })).toMatchObject({
    code: 'make-failed',
    compiled: true,
  });
});

interface BadMeta {
  readonly flavour?: string;
  readonly dkmsPackage?: string;
}

const BAD_METAS: readonly (readonly [what: string, code: string, bad: BadMeta])[] = [
  ['a flavour that is too long for a name', 'path-not-allowed', { flavour: long(240) }],
  ['a -dkms package that is no relation', 'control-file', { dkmsPackage: 'foo dkms' }],
];

test.for(BAD_METAS)(
  'bug: only after the compilation a metapackage was refused for %s',
  async ([, code, { flavour, dkmsPackage }]) => {
    const meta = { kind: 'fallback', modalias: false, flavour } as const;
    for (const dryRun of [false, true]) {
      const tried = await tryTree(DEBIAN, { dryRun, meta, ...(dkmsPackage && { dkmsPackage }) });
      expect(tried, tried.message).toMatchObject({ status: 'failed', code, compiled: false });
    }
    const right = { ...meta, flavour: 'amd64' };
    expect(await tryTree(DEBIAN, { meta: right })).toMatchObject({ compiled: true });
  },
);
