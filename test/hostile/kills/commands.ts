import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { makePair } from '../../support/sign-pairs.ts';
import { play } from './play.ts';
import { makeStage, type Stage } from './stage.ts';

/** A command of which cases are made. */
export interface Command {
  readonly name: string;
  /** The tree that a stage of it begins with. */
  readonly origin: string;
  readonly args: (stage: Stage) => readonly string[];
}

/** What the commands are given; made once, below one directory. */
export interface Materials {
  readonly commands: readonly Command[];
  readonly named: (name: string) => Command;
  readonly release: string;
  readonly certificate: string;
}

/** Trees, a package of modules and a key, and the commands that work on them. */
export async function makeMaterials(directory: string): Promise<Materials> {
  await mkdir(directory, { recursive: true });
  const [release = ''] = await installedKernels();
  const plain = await exampleDirectory('hello', directory);
  const withoutConf = await exampleDirectory('plain', directory);
  const stage = await makeStage(join(directory, 'first'), plain);
  const must = async (args: readonly string[]) => {
    const { status, stderr } = await play(stage, args);
    if (status !== 0) throw new Error(`${args.join(' ')}: status ${status}: ${stderr}`);
  };
  await must(['init', stage.tree]);
  const debianised = join(directory, 'debianised');
  await cp(stage.tree, debianised, { recursive: true, preserveTimestamps: true });
  // Of an earlier version: what is there is brought up to date, file by file.
  const older = join(directory, 'older');
  await cp(debianised, older, { recursive: true, preserveTimestamps: true });
  await edit(join(older, 'dkms.conf'), (text) => text.replace(/1\.0/g, '1.1'));
  const git = join(directory, 'git');
  await cp(plain, git, { recursive: true, preserveTimestamps: true });
  const person = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...person, 'commit', '-qm', 'one'],
  ]) {
    await run('git', ['-C', git, ...args], {
      env: { GIT_COMMITTER_DATE: '1600000000 +0000', GIT_AUTHOR_DATE: '1600000000 +0000' },
    });
  }
  const unclean = join(directory, 'unclean');
  await cp(plain, unclean, { recursive: true, preserveTimestamps: true });
  await edit(
    join(unclean, 'dkms.conf'),
    (text) => `${text.replaceAll('"', '')}REMAKE_INITRD="yes"\n`,
  );

  const kernel = ['-k', release];
  await must(['build', '-o', stage.out, debianised]);
  await must(['bmdeb', ...kernel, '-o', stage.out, plain]);
  const packages = join(directory, 'packages');
  await cp(stage.out, packages, { recursive: true });
  const names = await readdir(packages);
  const deb = (part: string) => join(packages, names.find((name) => name.includes(part)) ?? '');
  const [modules, source] = [deb('-modules-'), deb('-dkms_')];
  const { key, certificate } = await makePair(directory, 'kills');
  // Some cases act as another user.
  await chmod(key, 0o644);

  const of =
    (origin: string) =>
    (name: string, args: Command['args']): Command => ({ name, origin, args });
  const onPlain = of(plain);
  const sign = ['--sign-key', key, '--sign-cert', certificate];
  const commands = [
    onPlain('init', ({ tree }) => ['init', tree]),
    of(older)('init again', ({ tree }) => ['init', tree]),
    of(git)('init in git', ({ tree }) => ['init', tree]),
    of(withoutConf)('init without dkms.conf', ({ tree }) => ['init', tree]),
    of(debianised)('build', ({ tree, out }) => ['build', '-o', out, tree]),
    of(debianised)('build -F', ({ tree, out }) => ['build', '-F', '-o', out, tree]),
    onPlain('bmdeb', ({ tree, out }) => ['bmdeb', ...kernel, '-o', out, tree]),
    onPlain('bmdeb --dbgsym', ({ tree, out }) => [
      ...['bmdeb', ...kernel, '--dbgsym', '-o', out, tree],
    ]),
    onPlain('bmdeb-sign', ({ out }) => ['bmdeb-sign', modules, '-o', out, ...sign]),
    onPlain('bmdeb-sign --request', ({ out }) => ['bmdeb-sign', modules, '--request', out]),
    onPlain('mkdeb', ({ tree, out }) => ['mkdeb', tree, '-o', out]),
    onPlain('mkdsc', ({ tree, out }) => ['mkdsc', tree, '-o', out]),
    onPlain('mkbmdeb', ({ tree, out }) => ['mkbmdeb', tree, ...kernel, '-o', out]),
    of(unclean)('lint --fix', ({ tree }) => ['lint', '--fix', tree]),
    onPlain('verify', () => ['verify', source, modules]),
    onPlain('info', ({ tree }) => ['info', tree]),
  ];
  const named = (name: string) => {
    const found = commands.find((command) => command.name === name);
    if (found === undefined) throw new Error(`not a command of the campaign: ${name}`);
    return found;
  };
  return { commands, named, release, certificate };
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}
