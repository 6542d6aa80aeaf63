import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { withTrixieRoot } from '../../support/chroot.ts';
import { commitAll, packagedTree, runBuild } from '../../support/source-packages.ts';

/** Commits another description of the module and builds the snapshot. */
async function daily(tree: string, day: string, output: string): Promise<string> {
  const file = join(tree, 'hello.c');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/MODULE_DESCRIPTION\(.*?\)/, `MODULE_DESCRIPTION("of ${day}")`),
  );
  await commitAll(tree, `${day}T12:00:00Z`);
  const { files } = await runBuild(tree, output, { snapshot: true });
  return files.find((each) => each.endsWith('.deb')) ?? '';
}

/**
 * prerm of the old package takes its DKMS version out, postinst of the new one adds its own: equal
 * DKMS versions upgrade as cleanly as different ones.
 */
test('one snapshot upgrades another, with the DKMS version of dkms.conf or of the snapshot', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const output = join(parent, 'out');
    const tree = await packagedTree('hello', parent);
    const same = [await daily(tree, '2026-11-20', output), await daily(tree, '2026-11-21', output)];
    const script = 's/PACKAGE_VERSION=.*/PACKAGE_VERSION="#MODULE_VERSION#"/';
    await run('sed', ['-i', script, 'debian/hello-dkms.dkms'], { cwd: tree });
    const own = await daily(tree, '2026-11-22', output);

    await withTrixieRoot(async (root) => {
      const headers = `/lib/modules/${root.kernel}/build`;
      for (const [deb, dkmsVersion, state] of [
        [same[0], /^1\.0$/, 'added'],
        [same[1], /^1\.0$/, 'installed'],
        [own, /^1\.0\+git20261122\.[0-9a-f]{7}$/, 'added'],
      ] as const) {
        // Without headers DKMS compiles nothing, which takes most of the time.
        const compiled = state === 'installed';
        await root.run(
          'mv',
          compiled ? [`${headers}.away`, headers] : [headers, `${headers}.away`],
        );
        await root.run('dpkg', ['-i', await root.copyIn(deb ?? '')], { timeoutSeconds: 240 });
        // One line: nothing is left of the version before.
        const status = (await root.run('dkms', ['status'])).stdout.trim();
        const version = /^hello\/([^,:]*)/.exec(status)?.[1] ?? '';
        expect(version).toMatch(dkmsVersion);
        const built = `, ${root.kernel}, x86_64`;
        expect(status).toBe(`hello/${version}${compiled ? built : ''}: ${state}`);
        const sources = await root.run('sh', ['-c', 'ls -d /usr/src/hello-*']);
        expect(sources.stdout.trim()).toBe(`/usr/src/hello-${version}`);
        const modules = await root.run('find', ['/lib/modules/', '-name', 'hello.ko*']);
        expect(modules.stdout !== '').toBe(compiled);
        if (!compiled) continue;
        const field = ['-k', root.kernel, '-F', 'description', 'hello'];
        expect((await root.run('modinfo', field)).stdout.trim()).toBe('of 2026-11-21');
      }
    });
  });
});
