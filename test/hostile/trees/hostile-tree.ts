import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

/** What a lie about a tree may be followed by: whoever has no name for it is told `unnamed`. */
export interface TreeLie {
  readonly kind: string;
  tell(tree: HostileTree, random: TreeRandom): void;
}

/** The random choices of a tree: Seeded of test/debian. */
export interface TreeRandom {
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
}

const MAKEFILE = `obj-m := hostile.o
ccflags-y += -I$(src)/sub

all:
	$(MAKE) -C $(KERNEL_SRC) M=$(CURDIR) modules
`;
const SOURCE = `#include <linux/module.h>
#include "hostile.h"

static int __init hostile_init(void)
{
	return HOSTILE;
}

module_init(hostile_init);
MODULE_DESCRIPTION("does nothing");
MODULE_AUTHOR("A Person <a@example.org>");
MODULE_LICENSE("GPL");
`;

/** A driver's tree that builds, for a lie to be told about it. */
export class HostileTree {
  /** Nothing but ASCII, and short. */
  readonly directory: string;
  /** A directory beside it: what the tree leads out to. */
  readonly outside: string;
  /** What a refusal must speak of: one of them. */
  readonly culprits: string[] = [];
  /** What may be left out without a word, by what docs/init.md says. */
  readonly silent: RegExp[] = [/^debian(?:\/|$)/, /(?:^|\/)\.git(?:$|[a-z]*$|\/)/];
  /** Called again and again while a command works; then only what dpkg says is looked at. */
  moving: (() => void) | undefined;
  /** The command does not have root's right to read everything. */
  withoutPrivileges = false;
  /** Files that a program of the tree would write: nothing of a tree's git is run. */
  readonly traps: string[] = [];
  #names = 0;

  constructor(scratch: string) {
    this.directory = `${scratch}/tree`;
    this.outside = `${scratch}/outside`;
    mkdirSync(`${this.directory}/sub`, { recursive: true });
    mkdirSync(this.outside);
    this.write('dkms.conf', this.conf('hostile'));
    this.write('Makefile', MAKEFILE);
    this.write('hostile.c', SOURCE);
    this.write('sub/hostile.h', '#define HOSTILE 0\n');
    this.write('README.md', '# hostile\n\nA driver that does nothing.\n');
    this.write('LICENSE', 'GPL-2.0-only\n');
  }

  conf(name: string): string {
    return `PACKAGE_NAME="${name}"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="hostile"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n`;
  }

  path(name: string | Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.directory}/`), Buffer.from(name)]);
  }

  write(name: string | Buffer, text: string | Buffer = `of ${this.#names}\n`): void {
    writeFileSync(this.path(name), text);
  }

  /** A word for a name that is in nothing else, and that a refusal must have. */
  tag(): string {
    const tag = `evil${this.#names++}x`;
    this.culprits.push(tag);
    return tag;
  }

  /** A name with a tag in it: at its end, beginning or middle, so that what is odd is not always there. */
  odd(part: string | Buffer, random: TreeRandom, suffix = '.h'): Buffer {
    const tag = this.tag();
    const bytes = Buffer.from(part);
    return random.pick([
      () => Buffer.concat([bytes, Buffer.from(tag + suffix)]),
      () => Buffer.concat([Buffer.from(tag), bytes, Buffer.from(suffix)]),
      () => Buffer.concat([Buffer.from(tag + suffix), bytes]),
    ])();
  }

  /** A place for a name: the top, a folder, or a folder in one that is made for it. */
  place(name: string | Buffer, random: TreeRandom): Buffer {
    const folder = random.pick(['', '', 'sub/', 'new/', 'sub/new/']);
    mkdirSync(`${this.directory}/${folder}`, { recursive: true });
    return Buffer.concat([Buffer.from(folder), Buffer.from(name)]);
  }

  /** Directories in one another, `names` from the outermost; made from the inside, so that no path is too long. */
  chain(names: readonly (string | Buffer)[], leaf: string | Buffer, text = 'deep\n'): void {
    const [outermost = '', ...inner] = names;
    let work = this.path('.work0');
    mkdirSync(work);
    writeFileSync(Buffer.concat([work, Buffer.from('/'), Buffer.from(leaf)]), text);
    for (const [index, name] of inner.reverse().entries()) {
      const next = this.path(`.work${index + 1}`);
      mkdirSync(next);
      renameSync(work, Buffer.concat([next, Buffer.from('/'), Buffer.from(name)]));
      work = next;
    }
    renameSync(work, this.path(outermost));
  }

  /** Runs a tool that makes what node cannot; false where it fails. */
  tool(program: string, ...args: (string | Buffer)[]): boolean {
    const words = args.map((arg) => arg.toString());
    return spawnSync(program, words, { cwd: this.directory, stdio: 'ignore' }).status === 0;
  }

  git(...args: string[]): boolean {
    const identity = ['-c', 'user.name=A Person', '-c', 'user.email=a@example.org'];
    const local = ['-c', 'safe.directory=*', '-c', 'protocol.file.allow=always'];
    return this.tool('git', ...identity, ...local, ...args);
  }

  /** Makes a repository of all that is there. */
  commit(): void {
    this.git('init', '-q', '-b', 'main');
    this.git('add', '-A', '-f');
    this.git('commit', '-q', '-m', 'all');
  }
}
