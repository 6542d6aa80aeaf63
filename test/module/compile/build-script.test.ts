import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DkmsVariables } from '../../../src/dkms/conf/shell-of-dkms.ts';
import { runBuildScript } from '../../../src/module/compile/build-script.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { buildFailure, CONF, fakeBuild, PATCH, RELEASE, TREE } from '../../support/fake-kernel.ts';

const script = (text: string) => `#!/bin/sh\n${text}\n`;

describe('steps', () => {
  test('patch, PRE_BUILD, make, POST_BUILD, each where DKMS has it', async () => {
    const conf = `${CONF}PATCH=(sub/p.patch) PRE_BUILD="pre.sh a  b" POST_BUILD=post.sh
MAKE='make -C $kernel_source_dir M=$dkms_tree/$module/$module_version/build && cp y z'`;
    const files = {
      ...TREE,
      'dkms.conf': conf,
      x: 'one\n',
      'patches/sub/p.patch': PATCH,
      'pre.sh': script(
        'echo "$# $2 $(cat x) $kernelver $arch $module/$module_version" > y; pwd >> y',
      ),
      'post.sh': script('cat z; ls ../$kernelver/$arch/module; ls *.ko'),
    };
    await fakeBuild(files, async ({ directory }) => {
      const log = await readFile(
        join(directory, `cache/dkms-deb/log/t-1.0-${RELEASE}.log`),
        'utf8',
      );
      const { stdout } = await run('uname', ['-m']);
      expect(log).toContain(`2 b two ${RELEASE} ${stdout.trim()} t/1.0\n`);
      expect(log).toContain(`${directory}/work/dkms/t/1.0/build\n`);
      expect(log).toMatch(/\nm\.ko\nm\.ko\n$/);
      expect(await readFile(join(directory, 'source/x'), 'utf8')).toBe('one\n');
    });
  });

  test('POST_BUILD may change the module where DKMS keeps it', async () => {
    const conf = `${CONF}POST_BUILD=post.sh`;
    const post = script(
      'strip --remove-section=.comment "../$kernelver/$arch/module/m.ko"; rm m.ko',
    );
    await fakeBuild({ ...TREE, 'dkms.conf': conf, 'post.sh': post }, async ({ build }) => {
      const sections = await run('readelf', ['-SW', build.modules[0]?.file ?? '']);
      expect(sections.stdout).not.toContain('.comment');
    });
  });

  test('bug: POST_BUILD that removes the module was a file of ours that is missing', async () => {
    const conf = `${CONF}POST_BUILD=post.sh`;
    const post = script('rm "../$kernelver/$arch/module/m.ko"');
    expect(await buildFailure({ ...TREE, 'dkms.conf': conf, 'post.sh': post })).toMatchObject({
      code: 'module-missing',
      exitStatus: 7,
      message: 'POST_BUILD removed m.ko',
    });
  });

  test.each(['PRE_BUILD', 'POST_BUILD'])('%s that is not executable: a warning', async (hook) => {
    const files = { ...TREE, 'dkms.conf': `${CONF}${hook}="s.sh x"`, 's.sh': 'exit 1\n' };
    await fakeBuild(files, async ({ build, warnings }) => {
      expect(warnings).toEqual([
        `the ${hook} script s.sh is not executable, so it is not run; DKMS skips it, too`,
      ]);
      expect(build.modules).toHaveLength(1);
    });
  });

  test.each(['PRE_BUILD', 'POST_BUILD'])(
    'bug: %s that is missing was told to chmod',
    async (hook) => {
      const files = { ...TREE, 'dkms.conf': `${CONF}${hook}="s.sh x"` };
      await fakeBuild(files, async ({ build, warnings }) => {
        expect(warnings).toEqual([`the ${hook} script s.sh does not exist; DKMS skips it, too`]);
        expect(build.modules).toHaveLength(1);
      });
    },
  );

  test('the hint names the script in the tree, not in the copy', async () => {
    await withTemporaryDirectory('test', async (tree) => {
      await mkdir(join(tree, 'copy'));
      for (const path of ['s.sh', 'copy/s.sh']) await writeFile(join(tree, path), '');
      const hints: unknown[] = [];
      const reporter = {
        ...silentReporter,
        warn: (_: string, hint?: string) => hints.push(hint),
      };
      const options = { cwd: join(tree, 'copy'), env: {}, logFile: '', timeoutSeconds: 1 };
      for (const of of [tree, undefined]) {
        const shell = { ...options, tree: of, readable: (text: string) => text };
        await runBuildScript('PRE_BUILD', 's.sh x', {} as DkmsVariables, shell, reporter);
      }
      expect(hints).toEqual([
        `Make the script executable: chmod +x ${tree}/s.sh`,
        'Make the script executable in the source of the package.',
      ]);
    });
  });

  test.each([
    ['PRE_BUILD', 3, 3],
    ['POST_BUILD', 9, 9],
    // Bug: the kernel was reported as excluded, and the run as a success.
    ['PRE_BUILD', 77, 10],
  ])('%s that fails with status %i ends the build with %i', async (hook, status, exitStatus) => {
    const files = {
      ...TREE,
      'dkms.conf': `${CONF}${hook}=s.sh`,
      's.sh': script(`echo because; exit ${status}`),
    };
    expect(await buildFailure(files)).toMatchObject({
      code: 'build-script-failed',
      exitStatus,
      message: `the ${hook} script s.sh ended with status ${status}`,
      output: expect.arrayContaining(['because']),
    });
  });

  test('what dkms.conf says on stderr is a warning', async () => {
    const files = { ...TREE, 'dkms.conf': `${CONF}echo careful >&2` };
    expect(await fakeBuild(files, async ({ warnings }) => warnings)).toEqual(['careful']);
  });
});
