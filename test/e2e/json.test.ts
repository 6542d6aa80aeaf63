import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { exampleDirectory } from '../support/example.ts';
import { withKeyring } from '../support/gpg-keys.ts';
import { readShapes, shapeProblems } from '../support/json-shape.ts';
import { installedKernels } from '../support/kernels.ts';
import { cached } from '../support/project.ts';
import { dkmsDeb, type Sandbox, sharingTest as test } from '../support/sandbox.ts';
import { makePair, signingOptions } from '../support/sign-pairs.ts';
import { addRules, brokenTree, doubtfulTree, fleetFile } from '../support/told-trees.ts';

const [first = '', second = ''] = await installedKernels();
const shapes = await readShapes();

/** Parts of the page that no call below has, and why. */
const UNSEEN = [
  // No example's module wants firmware.
  'packages[].modules[].firmware[]',
  // All kernels of the store are whole.
  'kernels[].missing[]',
  // Only where a program is missing: test/pipelines/doctor.
  'sections[].findings[].packages',
  'sections[].findings[].packages[]',
  // Only where something is odd, such as a locale without UTF-8: test/pipelines/doctor.
  'sections[].findings[].advice',
  // Only for a kernel that is installed on the machine: test/e2e/install-built.test.ts.
  'tried.loads',
  // Packages leave a repository after months.
  'dropped[].suite',
  'dropped[].file',
  'removed[]',
  // The checks need an archive of kernels: test/interop/fleet/simulate-machines.test.ts.
  'checks',
  'checks[].suite',
  'checks[].architecture',
  'checks[].name',
  'checks[].check',
  'checks[].level',
  'checks[].message',
  'checks[].output',
  'checks[].output[]',
  // Only plans have builds that failed or are excluded: test/fleet/status/status-page.test.ts.
  'builds[].reason',
  'builds[].error',
  // Only a plan that compares with a repository has it: test/fleet/plan/published-builds.test.ts.
  'builds[].rebuild',
];

/** Calls commands with --json, holds what they print against the page, and remembers what there was. */
class Caller {
  readonly seen = new Map<string, Set<string>>();
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  async call(
    args: readonly string[],
    status = 0,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const words = [...args, '--json'];
    const { exitStatus, stdout, stderr } = await dkmsDeb(this.#sandbox, words, { env });
    expect(exitStatus, `${args.join(' ')}\n${stderr}`).toBe(status);
    const document = JSON.parse(stdout);
    const name = Object.hasOwn(document, 'error') ? 'Errors' : (args[0] ?? '');
    const parts = this.seen.get(name) ?? new Set();
    this.seen.set(name, parts);
    const problems = shapeProblems(document, shapes.get(name) ?? new Map(), parts);
    expect(problems, args.join(' ')).toEqual([]);
  }
}

test('docs/json.md has a section for every command', async ({ sandbox }) => {
  expect(Object.keys(COMMANDS).filter((name) => !shapes.has(name))).toEqual([]);
  // Its standard output carries the protocol of an editor.
  const { exitStatus } = await dkmsDeb(sandbox, ['lsp', '--json']);
  expect(exitStatus).toBe(2);
});

test('docs/json.md describes everything that commands print with --json', async ({ sandbox }) => {
  const caller = new Caller(sandbox);
  const { directory, out } = sandbox;
  const hello = await exampleDirectory('hello', directory);
  const signing = signingOptions(await makePair(directory, 'test'));

  await caller.call(['init', '--dry-run', await doubtfulTree(sandbox)]);
  const lacking = join(directory, 'lacking');
  await mkdir(lacking);
  const incomplete = await exampleDirectory('hello', lacking);
  await appendFile(join(incomplete, 'Makefile'), 'obj-m += gone.o\n');
  await caller.call(['init', '--dry-run', incomplete]);
  await caller.call(['build', '-F', '-o', out, hello]);
  await caller.call(['build', '-S', '--dry-run', '-o', out, hello]);
  await caller.call(['mkdeb', '-o', out, hello]);
  await caller.call(['mkdsc', '-o', out, hello]);
  await caller.call(['rpm', '-F', '-o', out, hello]);
  await caller.call(['mkrpm', '-o', out, hello]);
  await caller.call(['bmdeb', '-k', first, '-k', '5.0.0-none', '-o', out, hello], 21);
  const own = join(directory, 'own');
  await caller.call(['bmdeb', '-k', first, '--dbgsym', '--meta', 'loose', '-o', own, hello]);
  await caller.call(['bmdeb', '-k', first, '--changes', '-o', join(directory, 'upload'), hello]);
  const long = 'f'.repeat(250);
  await caller.call(
    ['bmdeb', '-k', first, '--meta', 'loose', '--flavour', long, '-o', own, hello],
    1,
  );
  const duo = await exampleDirectory('duo', directory);
  await addRules(duo);
  await caller.call(['mkbmdeb', '-k', first, '-o', out, duo]);
  const ofKernel = `duo-modules-${first}_`;
  const compiled = (await readdir(out)).find((name) => name.startsWith(ofKernel)) ?? '';
  const file = join(out, compiled);
  await caller.call(['bmdeb-sign', file, '-o', join(directory, 'signed'), ...signing]);
  const all = (await readdir(own)).map((name) => join(own, name));
  await caller.call(['bmdeb-sign', ...all, '--dry-run', ...signing]);
  await caller.call(['bmdeb-sign', file, '--request', join(directory, 'todo')]);
  // None of the answers is there.
  const answers = ['--signatures', join(directory, 'todo'), '-o', join(directory, 'none')];
  await caller.call(['bmdeb-sign', file, ...all, ...answers], 1);
  await caller.call(
    ['verify', join(directory, 'signed', compiled), join(directory, 'none.deb')],
    1,
  );

  const only = second.replaceAll(/[.+]/g, '\\\\$&');
  await appendFile(
    join(duo, 'dkms.conf'),
    `BUILD_EXCLUSIVE_KERNEL="^${only}$"
BUILD_EXCLUSIVE_ARCH[1]="^mips$"
BUILD_DEPENDS[0]="other"
PATCH[1]="not-there.patch"
MAKE[0]="make -C /lib/modules/$(uname -r)/build M=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build"
CLEAN="make clean"
REMAKE_INITRD="yes"
`,
  );
  await caller.call(['info', duo]);
  await caller.call(['info', '-k', first, join(directory, 'doubtful/hello')]);
  await caller.call(['info', '-k', '5.0.0-none', duo], 21);
  await caller.call(['lint', duo], 1);
  await caller.call(['lint', '--fix', duo], 1);
  await caller.call(['lint', '--explain', 'MAKE'], 0);
  await caller.call(['lint', '--explain', 'clean-ignored'], 0);
  await caller.call(['completion', 'bash']);
  await caller.call(['version']);
  await caller.call(['help', 'init']);
  await caller.call(['doctor', 'init', 'signing']);
  await caller.call(['kernels', '--offline', '--latest', '1', '--store', cached('kernel-store')]);
  const planFile = join(directory, 'plan.json');
  const offline = ['--offline', '--store', cached('kernel-store')];
  await caller.call(['plan', ...offline, '--config', await fleetFile(sandbox), '-o', planFile]);
  await caller.call(['config', join(directory, 'fleet')]);
  const fleet = ['run', ...offline, '--plan', planFile, '-o', join(directory, 'results')];
  await caller.call(['ci', 'gitlab', '--config', 'fleet/dkms-deb.yaml', '-o', 'ci.yml']);
  await caller.call(['ci', 'gitlab', '--plan', planFile]);
  await caller.call([...fleet, '--dry-run']);
  await caller.call(fleet);
  await caller.call(fleet);
  // Without the first results, the modules come from the cache.
  await caller.call([...fleet.slice(0, -1), join(directory, 'again')]);
  await caller.call(['kernels', '--prune', '--store', join(directory, 'store')]);
  await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
    const key = join(directory, 'archive.key');
    await gpg('--output', key, '--export-secret-keys', await makeKey('archive'));
    const repo = ['--repo', join(directory, 'site'), '--suite', 'trixie', '--key', key];
    await caller.call(['publish', own, ...repo]);
    await caller.call(['status', ...repo.slice(0, 2), '--key', key]);
  });

  await installs(sandbox, caller, hello);

  // Errors: of use, with a line of a file, with a program's output.
  await caller.call(['init', '--frobnicate'], 2);
  await appendFile(join(hello, 'dkms.conf'), 'DEST_MODULE_LOCATION[0]=/elsewhere\n');
  await caller.call(['build', hello], 8);
  await appendFile(join(hello, 'dkms.conf'), 'if\n');
  await caller.call(['build', hello], 8);
  await caller.call(['bmdeb', '-k', first, await brokenTree(sandbox)], 10);

  const unseen = [...new Set(shapes.values())].flatMap((shape) => {
    const names = [...shapes.keys()].filter((name) => shapes.get(name) === shape);
    const parts = new Set(names.flatMap((name) => [...(caller.seen.get(name) ?? [])]));
    return (
      [...shape.keys()]
        .filter((path) => !parts.has(path) && !UNSEEN.includes(path))
        // What an error may have is looked for in those of commands.
        .filter((path) => names.includes('Errors') || !path.includes('.error.'))
        .map((path) => `${names.join(', ')}: ${path}`)
    );
  });
  expect(unseen).toEqual([]);
});

/** Has an apt-get that says which packages it would install and remove, whatever the machine has. */
async function installs(sandbox: Sandbox, caller: Caller, tree: string): Promise<void> {
  const programs = join(sandbox.directory, 'programs');
  await mkdir(programs);
  const said = 'Remv old (0.9)\\nInst new (1.0 trixie [all])\\n';
  await writeFile(join(programs, 'apt-get'), `#!/bin/sh\nprintf '${said}'\n`, { mode: 0o755 });
  const out = join(sandbox.directory, 'installed');
  const env = { PATH: `${programs}:${sandbox.env.PATH}` };
  for (const words of [['build'], ['bmdeb', '-k', first]]) {
    const install = words[0] === 'bmdeb' ? `--install=${first}` : '--install';
    for (const mode of ['--dry-run', '--try']) {
      await caller.call([...words, mode, install, '-o', out, tree], 0, env);
    }
  }
}
