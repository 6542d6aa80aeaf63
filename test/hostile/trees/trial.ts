import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DKMS_DEB } from '../../support/project.ts';
import { WITHOUT_PRIVILEGES } from '../../support/without-privileges.ts';
import { unpack } from '../dpkg-verdict.ts';
import type { Judged } from '../part.ts';
import { leftProcesses } from '../watch/left-processes.ts';
import { type Watched, watched } from '../watch/watched.ts';
import type { HostileTree } from './hostile-tree.ts';
import { Bad, judgeLeftovers, judgeRun, judgeUnchanged } from './judge-run.ts';
import { listOnDisk, type OnDisk } from './on-disk.ts';
import { compareWithSource, untold } from './unpacked.ts';

export type Command = 'init' | 'build' | 'info' | 'lint' | 'bmdeb';

/** What init may write, and what changes with it: it prepares debian/ in .git. */
const INITS = /^(?:$|\.git$|debian(?:\/|$))/;

/** Commands on one tree, and what is to be said of them. */
export class Trial {
  readonly #tree: HostileTree;
  readonly #scratch: string;
  readonly #kernel: string | undefined;
  readonly #json: boolean;
  #before: ReadonlyMap<string, OnDisk>;
  readonly #hasConf: boolean;
  #seconds = 0;
  #mib = 0;
  #said = '';

  constructor(
    tree: HostileTree,
    scratch: string,
    { kernel, json }: { readonly kernel: string | undefined; readonly json: boolean },
  ) {
    this.#tree = tree;
    this.#scratch = scratch;
    this.#kernel = kernel;
    this.#json = json;
    for (const name of ['home', 'tmp']) mkdirSync(join(scratch, name));
    this.#before = listOnDisk(tree.directory);
    this.#hasConf = tree.moving === undefined && existsSync(join(tree.directory, 'dkms.conf'));
  }

  async judge(kind: string, command: Command): Promise<Judged> {
    try {
      const took = await this.#try(command);
      const outcome = took ? 'agree' : 'strict';
      return {
        kind,
        outcome,
        detail: this.#said.slice(-300),
        seconds: this.#seconds,
        mib: this.#mib,
      };
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      return {
        kind,
        outcome: error.outcome,
        detail: error.message,
        seconds: this.#seconds,
        mib: this.#mib,
      };
    } finally {
      // Of paths that are too long for node, and modes that are in the way.
      spawnSync('sh', ['-c', 'chmod -R u+rwX "$1"; rm -rf "$1"/*', 'sh', this.#scratch], {
        stdio: 'ignore',
      });
    }
  }

  /** True where the tree was taken, false where it was refused as it should. */
  async #try(command: Command): Promise<boolean> {
    const { directory } = this.#tree;
    const out = join(this.#scratch, 'out');
    switch (command) {
      case 'info':
      case 'lint': {
        const { status, stdout } = await this.#run(
          command,
          ...(this.#json ? ['--json'] : []),
          directory,
        );
        if (this.#json) parse(command, stdout);
        return status === 0;
      }
      case 'init': {
        const { status } = await this.#run('init', directory);
        return status === 0 && (await this.#build(out));
      }
      case 'build':
        return this.#build(out);
      case 'bmdeb': {
        const run = await this.#run('bmdeb', '-k', this.#kernel ?? '', '-o', out, directory);
        const deb = debOf('bmdeb', run, out);
        if (deb === undefined) return false;
        await this.#unpack(deb);
        return true;
      }
    }
  }

  /** Builds twice. */
  async #build(out: string): Promise<boolean> {
    const run = await this.#run('build', '-o', out, this.#tree.directory);
    const deb = debOf('build', run, out);
    if (deb === undefined) return false;
    await this.#judgePackage(deb);
    if (this.#tree.moving !== undefined) return true;
    const again = await this.#run('build', '-o', `${out}2`, this.#tree.directory);
    const second = debOf('build', again, `${out}2`);
    if (second === undefined || !readFileSync(deb).equals(readFileSync(second))) {
      throw new Bad('other bytes', 'a second build differs');
    }
    return true;
  }

  async #judgePackage(deb: string): Promise<void> {
    const root = await this.#unpack(deb);
    const [name = ''] = existsSync(join(root, 'usr/src')) ? readdirSync(join(root, 'usr/src')) : [];
    if (name === '') throw new Bad('tree differs', 'the package has no source');
    if (this.#hasConf && !/^(?:hostile|other)-1\.0$/.test(name)) {
      throw new Bad('tree differs', `another dkms.conf was made: ${name}`);
    }
    const { moving, directory, silent } = this.#tree;
    if (moving !== undefined) return;
    const unpacked = join(root, 'usr/src', name);
    const difference = await compareWithSource(deb, unpacked, directory, this.#before);
    if (difference !== '') throw new Bad('tree differs', difference);
    const left = untold(this.#before, listOnDisk(unpacked), this.#said, silent);
    if (left !== undefined) throw new Bad('left out silently', JSON.stringify(left));
  }

  async #unpack(deb: string): Promise<string> {
    const [root = '', admin = ''] = ['root', 'admin'].map((name) => join(this.#scratch, name));
    const { takes, said } = await unpack(deb, root, admin);
    if (!takes) throw new Bad('dpkg refuses', said);
    return root;
  }

  async #run(command: Command, ...args: string[]): Promise<Watched> {
    const { directory, moving, withoutPrivileges } = this.#tree;
    const [home, temporary] = ['home', 'tmp'].map((name) => join(this.#scratch, name));
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: home ?? '',
      TMPDIR: temporary ?? '',
      LANG: 'C.UTF-8',
      DEBFULLNAME: 'A Person',
      DEBEMAIL: 'a@example.org',
    };
    const words = [...(withoutPrivileges ? WITHOUT_PRIVILEGES : []), DKMS_DEB];
    const run = await watched([...words, command, ...args], {
      env,
      cwd: this.#scratch,
      moving: moving && (() => attempt(moving)),
    });
    const lingering = await leftProcesses(directory, [`TMPDIR=${temporary}`]);
    this.#seconds = Math.max(this.#seconds, run.seconds);
    this.#mib = Math.max(this.#mib, run.mib);
    this.#said += `${run.stdout}\n${run.stderr}`;
    judgeRun(command, run, this.#tree);
    if (lingering.length > 0) throw new Bad('left something', `${command}: ${lingering[0]}`);
    judgeLeftovers(command, [temporary ?? '']);
    if (run.status !== 0)
      judgeLeftovers(command, [join(this.#scratch, 'out'), join(this.#scratch, 'out2')]);
    if (moving === undefined) {
      const after = listOnDisk(directory);
      judgeUnchanged(command, this.#before, after, command === 'init' ? INITS : undefined);
      this.#before = after;
    }
    return run;
  }
}

/** A move may find nothing to move, because the last one has left nothing. */
function attempt(move: () => void): void {
  try {
    move();
  } catch {
    // The next one may find what it needs.
  }
}

/** The package that a command says it has made; undefined where it refused. */
function debOf(command: string, { status, stdout }: Watched, out: string): string | undefined {
  if (status !== 0) return undefined;
  const files = stdout.toString().split('\n').filter(Boolean);
  const there = readdirSync(out).map((name) => join(out, name));
  const deb = files.find((file) => file.endsWith('.deb'));
  if (deb === undefined || files.sort().join('\n') !== there.sort().join('\n')) {
    throw new Bad('silent', `${command}: printed ${files.join(' ')}, there is ${there.join(' ')}`);
  }
  return deb;
}

function parse(command: string, stdout: Buffer): void {
  try {
    JSON.parse(stdout.toString());
  } catch {
    throw new Bad('no document', `${command}: ${JSON.stringify(stdout.toString().slice(0, 200))}`);
  }
}
