import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { expectFailure } from '../support/expect-failure.ts';
import { installedKernels } from '../support/kernels.ts';
import { pathWithout } from '../support/path-without.ts';
import { replaceLine } from '../support/replace-line.ts';
import { dkmsDeb, sharingTest as test } from '../support/sandbox.ts';

const [release = ''] = await installedKernels();

describe('dkms-deb bmdeb', () => {
  test('if headers are not installed, the status is 21, and the message has the command that installs them', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', '6.99.0-1-amd64', '-o', sandbox.out, tree],
      exitStatus: 21,
      says: /\/lib\/modules\/6\.99\.0-1-amd64\/build: the headers of kernel 6\.99\.0-1-amd64 are not installed/,
      advises: /apt install linux-headers-6\.99\.0-1-amd64/,
    });
  });

  test('if a pattern matches no kernel, the status is 21', async ({ sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', '9.9*', '-o', sandbox.out, tree],
      exitStatus: 21,
      says: /no kernel with headers matches "9\.9\*"/,
      advises: new RegExp(`Choose one of the kernels with headers: .*\\b${release}`),
    });
  });

  test.for([
    [
      'compiler',
      /(gcc|cc|c\+\+|clang)(-\d+)?$|^c[89]9(-gcc)?$/,
      10,
      /gcc-\d+, which is not/,
      /gcc/,
    ],
    ['make', /^g?make$/, 1, /make is not installed/, /apt install make/],
  ] as const)('%s missing', async ([, hidden, exitStatus, says, advises], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const PATH = await pathWithout(hidden, sandbox);
    const args = ['bmdeb', '-k', release, '-o', sandbox.out, tree];
    // Bug: --dry-run named a package that could not be built.
    for (const more of [[], ['--dry-run']]) {
      await expectFailure(sandbox, tree, {
        args: [...args, ...more],
        options: { env: { PATH } },
        exitStatus,
        says,
        advises: new RegExp(`Install \\S+: .*${advises.source}`),
      });
    }
  });

  test('if make fails, the status is 10, the message has its last lines, and a log has all lines', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await appendFile(join(tree, 'hello.c'), '\nint broken = not_declared_anywhere;\n');
    const told = await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', release, '-o', sandbox.out, tree],
      exitStatus: 10,
      says: new RegExp(`make failed for kernel ${release} .* with status 2`),
      advises: /\| .*hello\.c:\d+:\d+: error: .not_declared_anywhere. undeclared/,
    });
    const log = await wholeLog(told);
    expect(log).toMatch(/^make.* Entering directory/m);
    for (const line of told.filter((line) => line.startsWith('  | '))) {
      expect(log).toContain(line.slice(4));
    }
  });

  test('if make does not build the module, the status is 7, and the message says what it built instead', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await replaceLine(join(tree, 'dkms.conf'), 'BUILT', 'BUILT_MODULE_NAME[0]="hallo"');
    const told = await expectFailure(sandbox, tree, {
      args: ['bmdeb', '-k', release, '-o', sandbox.out, tree],
      exitStatus: 7,
      says: /did not build hallo\.ko/,
      advises: /\| +hello\.ko\n[\s\S]*BUILT_MODULE_NAME/,
    });
    expect(await wholeLog(told)).toMatch(/hello\.ko/);
  });

  test('if one of two kernels fails, the package of the other one is written, and the status is that of the failure', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const args = ['bmdeb', '-k', '6.99.0-1-amd64', '-k', release, '-o', sandbox.out, tree];
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.output).toBe(21);
    expect(await readdir(sandbox.out)).toEqual([basename(result.stdout.trim())]);
    expect(result.stderr).toMatch(/error: 6\.99\.0-1-amd64: .*not installed/);
    expect(result.stderr).toMatch(/2 kernels: 1 built, 0 excluded, 1 failed/);
    expect(result.stderr).toMatch(
      /^kernel +status +modules +time +file\n6\.99\.0-1-amd64 +failed /m,
    );
    expect(result.stderr).toMatch(
      new RegExp(`^${release} +built +1 +(?:\\d+ min )?\\d+ s +hello-modules-`, 'm'),
    );
  });

  test('if a metapackage cannot be written, the packages are listed, and the status is that of its failure', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const args = ['bmdeb', '--json', '-k', release, '--meta', 'loose', '-o', sandbox.out, tree];
    const foreseen = JSON.parse((await dkmsDeb(sandbox, [...args, '--dry-run'])).stdout);
    await mkdir(foreseen.metas[0].file, { recursive: true });
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.output).toBe(1);
    const { kernels, metas } = JSON.parse(result.stdout);
    expect(kernels).toMatchObject([{ release, status: 'built', file: foreseen.kernels[0].file }]);
    expect(metas).toEqual([
      {
        flavour: 'amd64',
        release,
        architecture: 'amd64',
        status: 'failed',
        error: expect.objectContaining({ exitStatus: 1 }),
      },
    ]);
    expect(result.stderr).toMatch(/error: metapackage for amd64: cannot write /);
  });

  test.for([
    ['of one kernel', ['-k', '6.99.0-1-amd64']],
    ['of two', ['-k', '6.99.0-1-amd64', '-k', '6.99.0-2-amd64']],
  ] as const)(
    '--json prints its document when a build %s fails',
    async ([, flags], { sandbox }) => {
      const tree = await exampleDirectory('hello', sandbox.directory);
      const args = ['bmdeb', '--json', ...flags, '-o', sandbox.out, tree];
      const result = await dkmsDeb(sandbox, args);
      expect(result.exitStatus).toBe(21);
      const { kernels } = JSON.parse(result.stdout) as { kernels: unknown[] };
      expect(kernels).toHaveLength(flags.length / 2);
      expect(kernels[0]).toEqual({
        release: '6.99.0-1-amd64',
        architecture: null,
        status: 'failed',
        seconds: expect.any(Number),
        error: {
          code: 'no-headers',
          message: 'the headers of kernel 6.99.0-1-amd64 are not installed',
          where: { file: '/lib/modules/6.99.0-1-amd64/build' },
          hint: 'Install the headers of 6.99.0-1-amd64: apt install linux-headers-6.99.0-1-amd64',
          exitStatus: 21,
        },
      });
    },
  );
});

/** The log that the error names. */
async function wholeLog(told: readonly string[]): Promise<string> {
  const path = /the whole log: (\S+)/.exec(told.join('\n'))?.[1] ?? '';
  return readFile(path, 'utf8');
}
