import { createHash } from 'node:crypto';
import {
  chmodSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Random } from './random.ts';

/** A tree that dpkg-deb -b accepts, with DEBIAN/ in it. */
export interface RandomTree {
  readonly timestamp: number;
  /** The names in DEBIAN/. */
  readonly control: readonly string[];
}

const NAME_LENGTHS = [1, 2, 5, 12, 30, 92, 97, 98, 99, 100, 101, 150, 245, 246];
const PATH_LENGTHS = [97, 98, 99, 100, 101, 102, 255, 256];
const ALPHABETS = [
  'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789._+-',
  'aé漢ß😀ﬀÿ~',
  'a \\\'"*?[]%$&;:#!<>|\t\u0001\u007f-',
];
const SIZES = [0, 1, 511, 512, 513, 1023, 1024, 1025, 9215, 9216, 9728, 10239, 10240, 10241, 70000];
const MODES = [0o644, 0o755, 0o600, 0o444, 0o4755, 0o2755, 0o6755, 0o1777, 0o7777, 0o000, 0o111];
const DIRECTORY_MODES = [0o755, 0o775, 0o700, 0o1777, 0o2775, 0o555];
/** Times before 1970, old ones, ones around 2^31, and ones that exceed eleven octal digits. */
const MTIMES = [
  -2_000_000_000,
  -1,
  0,
  1,
  1_000_000_000,
  2 ** 31 - 1,
  2 ** 31,
  8 ** 11 - 1,
  8 ** 11,
];
const TIMESTAMPS = [0, 1, 1_600_000_000, 1_700_000_000, 2 ** 31 + 5, 8 ** 11 + 5];
const LATEST = 12_000_000_000;
const SCRIPT_MODES = [0o555, 0o755, 0o575, 0o775];
const OTHER_MODES = [0o644, 0o600, 0o664, 0o444, 0o640, 0o755, 0o655, 0o601];

/** Fills the directory `root`, which must be new, with a random tree. The seed determines the tree. */
export function makeRandomTree(root: string, seed: number): RandomTree {
  return new Maker(root, new Random(seed)).make();
}

class Maker {
  readonly #root: Buffer;
  readonly #random: Random;
  readonly #taken = new Set<string>();
  readonly #directories: Buffer[] = [Buffer.alloc(0)];
  readonly #files: Buffer[] = [];
  readonly #linkable: Buffer[] = [];

  constructor(root: string, random: Random) {
    this.#root = Buffer.from(root);
    this.#random = random;
  }

  make(): RandomTree {
    mkdirSync(this.#root);
    const count = this.#random.below(14);
    for (let index = 0; index < count; index++) this.#addEntry();
    const timestamp = this.#random.pick(TIMESTAMPS);
    const control = this.#addControl();
    for (const directory of this.#directories) this.#stamp(directory, DIRECTORY_MODES);
    return { timestamp, control };
  }

  #addEntry(): void {
    const random = this.#random;
    const path = this.#newPath();
    const at = this.#place(path);
    switch (
      random.pick(['file', 'file', 'file', 'directory', 'directory', 'symlink', 'hardlink'])
    ) {
      case 'directory':
        mkdirSync(at);
        this.#directories.push(path);
        return;
      case 'symlink':
        symlinkSync(this.#linkTarget(), at);
        if (random.chance(0.3)) lchownSync(at, 1000, 7);
        this.#setTime(path);
        this.#linkable.push(path);
        return;
      case 'hardlink':
        if (this.#linkable.length > 0) {
          linkSync(this.#place(random.pick(this.#linkable)), at);
          return;
        }
    }
    const content = random.bytes(Math.min(random.pick(SIZES), 600));
    const size = random.pick(SIZES);
    writeFileSync(at, Buffer.alloc(size, content.length > 0 ? content : 'x'));
    this.#files.push(path);
    this.#linkable.push(path);
    this.#stamp(path, MODES);
  }

  #stamp(path: Buffer, modes: readonly number[]): void {
    const at = this.#place(path);
    // The mode is set last, because changing the owner removes the setuid bit.
    if (this.#random.chance(0.3))
      lchownSync(at, this.#random.pick([1, 1000, 65534, 3_000_000]), 42);
    chmodSync(at, this.#random.pick(modes));
    this.#setTime(path);
  }

  #setTime(path: Buffer): void {
    if (!this.#random.chance(0.7)) return;
    const time = new Date(this.#random.pick(MTIMES) * 1000 + this.#random.pick([0, 0, 500]));
    lutimesSync(this.#place(path), time, time);
  }

  #newPath(): Buffer {
    for (;;) {
      const directory = this.#random.pick(this.#directories);
      const prefix =
        directory.length === 0 ? directory : Buffer.concat([directory, Buffer.from('/')]);
      const wanted = this.#random.pick(PATH_LENGTHS) - 2 - prefix.length;
      const exact = this.#random.chance(0.3) && wanted > 0 && wanted <= 246;
      const neighbour = this.#random.chance(0.2) ? this.#neighbour(prefix) : undefined;
      const name = neighbour ?? this.#name(exact ? wanted : this.#random.pick(NAME_LENGTHS));
      const path = Buffer.concat([prefix, name]);
      const key = path.toString('latin1');
      if (this.#taken.has(key) || path.length > 1500) continue;
      // dpkg 1.21 leaves out every path that begins with DEBIAN.
      if (['', '.', '..'].includes(name.toString('latin1')) || key.startsWith('DEBIAN')) continue;
      this.#taken.add(key);
      return path;
    }
  }

  /**
   * Returns the name of an existing directory with more characters, which sorts before or after its files.
   */
  #neighbour(prefix: Buffer): Buffer | undefined {
    const names = this.#directories
      .filter((path) => path.length > prefix.length && path.indexOf(prefix) === 0)
      .map((path) => path.subarray(prefix.length))
      .filter((name) => !name.includes('/') && name.length < 246);
    if (names.length === 0) return undefined;
    return Buffer.concat([
      this.#random.pick(names),
      Buffer.from(this.#random.pick([...' !+-.0~'])),
    ]);
  }

  /** Returns a name with this number of bytes. One in eight is not UTF-8. */
  #name(length: number): Buffer {
    const alphabet = [...this.#random.pick(ALPHABETS)];
    let name = this.#random.chance(0.125)
      ? Buffer.from([0xe9, 0x80, 0xff]).subarray(0, length)
      : Buffer.alloc(0);
    while (name.length < length) {
      const next = Buffer.from(this.#random.pick(alphabet));
      name = Buffer.concat([name, next.length <= length - name.length ? next : Buffer.from('x')]);
    }
    return name;
  }

  #linkTarget(): Buffer {
    const random = this.#random;
    const pool = [...this.#directories, ...this.#linkable].filter((path) => path.length > 0);
    switch (random.below(3)) {
      case 0:
        return this.#name(random.pick([99, 100, 101, 255, 300, 1000]));
      case 1:
        if (pool.length > 0) return Buffer.concat([Buffer.from('/'), random.pick(pool)]);
        return Buffer.from('/etc/alternatives/nothing');
      default:
        return random.pick([
          ...pool,
          Buffer.from('../..'),
          Buffer.from('.'),
          Buffer.from('./a//b/'),
        ]);
    }
  }

  #addControl(): string[] {
    const random = this.#random;
    const directory = `${this.#root.toString()}/DEBIAN`;
    mkdirSync(directory);
    const names: string[] = [];
    const add = (name: string, text: string | Buffer, modes: readonly number[]) => {
      writeFileSync(`${directory}/${name}`, text);
      chmodSync(`${directory}/${name}`, random.pick(modes));
      names.push(name);
    };
    const description = random.chance(0.5) ? 'a thing\n is long\n .\n  verbatim é' : 'a thing';
    const version = random.pick(['1', '1.0-1', '2:3.4~rc1+git20260101.abc-0ubuntu1~22.04']);
    const fields = `Package: ${random.pick(['aa', 'v4l2-dkms', 'lib+x.1'])}\nVersion: ${version}\nArchitecture: ${random.pick(['all', 'amd64'])}\nMaintainer: É <a@example.org>\nDescription: ${description}\n`;
    add('control', fields, OTHER_MODES);
    for (const script of ['preinst', 'postinst', 'prerm', 'postrm', 'config']) {
      if (random.chance(0.3))
        add(script, `#!/bin/sh\n# ${'x'.repeat(random.pick(SIZES))}\n`, SCRIPT_MODES);
    }
    if (random.chance(0.3))
      add('triggers', 'interest-noawait /lib/modules\n# c\nactivate update\n', OTHER_MODES);
    if (random.chance(0.2)) add('templates', 'Template: x/y\nType: note\n', OTHER_MODES);
    const conffiles = this.#files.filter((path) =>
      /^[\w./-]{1,300}$/.test(path.toString('latin1')),
    );
    if (random.chance(0.5) && conffiles.length > 0) {
      add(
        'conffiles',
        Buffer.concat(conffiles.map((path) => Buffer.from(`/${path}\n`))),
        OTHER_MODES,
      );
    }
    if (random.chance(0.4)) add('md5sums', this.#md5sums(), OTHER_MODES);
    // Control files get the package's time, because our writer gives them no other.
    for (const name of names) lutimesSync(`${directory}/${name}`, LATEST, LATEST);
    lutimesSync(directory, LATEST, LATEST);
    return names;
  }

  #md5sums(): Buffer {
    const digest = createHash('md5').update('').digest('hex');
    const lines = this.#files.map((path) =>
      Buffer.concat([Buffer.from(`${digest}  `), path, Buffer.from('\n')]),
    );
    return Buffer.concat(lines);
  }

  #place(path: Buffer): Buffer {
    return Buffer.concat([this.#root, Buffer.from('/'), path]);
  }
}
