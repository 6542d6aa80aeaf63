import type { Seeded } from '../support/seeded.ts';
import type { RawDeb } from './raw-deb.ts';
import { directory, file, link, type RawEntry, rawTar } from './raw-tar.ts';

export interface Lie {
  readonly kind: string;
  tell(deb: RawDeb, random: Seeded): void;
}

const EVIL = () => [directory('./etc/cron.d/'), file('./etc/cron.d/evil', '* * * * * root id\n')];
const evilBytes = () => rawTar(EVIL(), Buffer.alloc(0));

/** A place in data.tar behind the directories that EVIL needs. */
function anywhere(deb: RawDeb, random: Seeded): number {
  return 3 + random.below(deb.data.length - 2);
}

function insert(deb: RawDeb, random: Seeded, ...entries: RawEntry[]): void {
  deb.data.splice(anywhere(deb, random), 0, ...entries);
}

function anEntry(deb: RawDeb, random: Seeded, type?: string): RawEntry {
  return random.pick(deb.data.filter((entry) => type === undefined || entry.type === type));
}

/** Changes whole fields of an entry's header. */
function lieInHeader(at: number, makers: readonly ((random: Seeded) => Buffer)[]) {
  return (deb: RawDeb, random: Seeded) => {
    const index = random.below(deb.data.length);
    const entry = deb.data[index] as RawEntry;
    deb.data[index] = { ...entry, raw: [[at, random.pick(makers)(random)]] };
  };
}

const text = (value: string) => () => Buffer.from(value, 'latin1');

/** What is smuggled in behind a header that our reader or dpkg's might take for something else. */
const SMUGGLING: Lie[] = [
  ...(
    [
      ['symlink', '2'],
      ['hardlink', '1'],
      ['directory', '5'],
      ['fifo', '6'],
      ['device', '3'],
    ] as const
  ).map(
    ([name, type]): Lie => ({
      kind: `smuggle: a ${name} with a size`,
      tell(deb, random) {
        const entry: RawEntry = {
          name: Buffer.from(`./usr/src/hello-1.0/x${type === '5' ? '/' : ''}`),
          type,
          content: Buffer.alloc(0),
          linkName: Buffer.from(type === '1' ? './usr/src/hello-1.0/hello.c' : 'hello.c'),
          mode: type === '5' ? 0o755 : 0o644,
        };
        const bytes = evilBytes();
        const size = random.pick([1, 81, 512, bytes.length, bytes.length + 100]);
        const hidden = random.below(2) === 0 ? EVIL() : [];
        deb.data.splice(12 + random.below(deb.data.length - 12), 0, { ...entry, size }, ...hidden);
      },
    }),
  ),
  {
    kind: 'smuggle: entries behind the end mark',
    tell(deb, random) {
      const zeros = Buffer.alloc(512 * random.pick([1, 2, 3, 20]));
      deb.end = Buffer.concat([zeros, evilBytes(), Buffer.alloc(1024)]);
    },
  },
  {
    kind: 'smuggle: zero blocks in the middle',
    tell(deb, random) {
      insert(deb, random, ...EVIL());
      const entry = anEntry(deb, random);
      entry.before = Buffer.alloc(512 * random.pick([1, 2]));
    },
  },
  {
    kind: 'smuggle: a block without a name, not empty',
    tell(deb, random) {
      const block = Buffer.alloc(512);
      block[random.pick([1, 100, 156, 257, 511])] = 1 + random.below(255);
      anEntry(deb, random).before = block;
    },
  },
  {
    kind: 'smuggle: a ustar prefix',
    tell(deb, random) {
      const magic = random.pick(['ustar\x0000', 'ustar  \0', '\0\0\0\0\0\0\0\0']);
      const prefix = random.pick([
        './etc',
        'etc',
        './etc/modprobe.d',
        '/etc',
        './usr/src/hello-1.0',
        '../x',
      ]);
      insert(deb, random, file(random.pick(['evil', './evil', '/evil']), 'x', { magic, prefix }));
    },
  },
  {
    kind: 'smuggle: a file of old tar whose name ends in /',
    tell(deb, random) {
      const magic = random.pick(['ustar  \0', '\0\0\0\0\0\0\0\0']);
      const name = `./usr/src/hello-1.0/y${random.pick(['/', '//', '/.'])}`;
      insert(
        deb,
        random,
        file(name, random.pick(['', 'x']), { magic, type: random.pick(['0', '\0']) }),
      );
    },
  },
  {
    kind: 'smuggle: a long name that differs from the short one',
    tell(deb, random) {
      const long = Buffer.from(
        random.pick([
          './etc/evil\0',
          './etc/evil',
          './etc/ev\0il\0',
          '\0',
          './\0',
          './usr/src/hello-1.0/zz\0\0\0',
        ]),
      );
      const before = rawTar(
        [{ name: Buffer.from('././@LongLink'), type: 'L', content: long }],
        Buffer.alloc(0),
      );
      const entry = file('./usr/src/hello-1.0/short', 'x');
      entry.before = random.below(4) === 0 ? Buffer.concat([before, before]) : before;
      insert(deb, random, entry);
    },
  },
  {
    kind: 'smuggle: a long link target before a file, or without an entry',
    tell(deb, random) {
      const before = rawTar(
        [
          {
            name: Buffer.from('././@LongLink'),
            type: random.pick(['K', 'L']),
            content: Buffer.from('/etc/passwd\0'),
          },
        ],
        Buffer.alloc(0),
      );
      if (random.below(2) === 0) deb.end = Buffer.concat([before, Buffer.alloc(1024)]);
      else anEntry(deb, random).before = before;
    },
  },
];

/** Names and places. */
const PLACES: Lie[] = [
  {
    kind: 'place: names without ./',
    tell(deb, random) {
      for (const entry of deb.data) {
        if (random.below(3) > 0)
          entry.name = Buffer.from(entry.name.toString().replace(/^\.\/(?=.)/, ''));
      }
    },
  },
  {
    kind: 'place: an odd spelling of a name',
    tell(deb, random) {
      const entry = anEntry(deb, random);
      const path = entry.name.toString().slice(2);
      const spell = random.pick([
        (p: string) => `/${p}`,
        (p: string) => `.//${p}`,
        (p: string) => `././${p}`,
        (p: string) => `./../${p}`,
        (p: string) => `./x/../${p}`,
        (p: string) => `./${p.replace('/', '//')}`,
        (p: string) => `./${p.replace('/', '/./')}`,
        (p: string) => `./${p}/`,
        (p: string) => `./${p}\n`,
        (p: string) => `./${p} `,
        (p: string) => `./${p.toUpperCase()}`,
        (p: string) => `~${p}`,
      ]);
      entry.name = Buffer.from(spell(path));
    },
  },
  {
    kind: 'place: a path twice',
    tell(deb, random) {
      const entry = anEntry(deb, random);
      const other = random.pick<Partial<RawEntry>>([
        {},
        { content: Buffer.from('other') },
        { mode: 0o4755 },
        { type: '2', linkName: Buffer.from('/etc/passwd'), content: Buffer.alloc(0) },
        { type: '5', content: Buffer.alloc(0) },
        { type: '0', content: Buffer.from('a file') },
      ]);
      const { before: _, ...rest } = entry;
      deb.data.splice(random.below(deb.data.length + 1), 0, { ...rest, ...other });
    },
  },
  {
    kind: 'place: a directory is a symlink',
    tell(deb, random) {
      const entry = anEntry(deb, random, '5');
      const name = entry.name.toString().replace(/\/$/, random.pick(['', '/']));
      const target = random.pick(['/etc', '../..', 'share', '/tmp']);
      deb.data[deb.data.indexOf(entry)] = link('2', name, target);
    },
  },
  {
    kind: 'place: a parent is missing or a file',
    tell(deb, random) {
      const entry = anEntry(deb, random, '5');
      const at = deb.data.indexOf(entry);
      if (random.below(2) === 0) deb.data.splice(at, 1);
      else deb.data[at] = file(entry.name.toString().replace(/\/$/, ''), 'a file');
    },
  },
  {
    kind: 'place: another order',
    tell(deb, random) {
      for (let times = 1 + random.below(3); times > 0; times--) {
        const [moved] = deb.data.splice(random.below(deb.data.length), 1);
        if (moved) deb.data.splice(random.below(deb.data.length + 1), 0, moved);
      }
    },
  },
  {
    kind: 'place: a hard link to nothing, a directory, a symlink, itself, the outside',
    tell(deb, random) {
      const target = random.pick([
        './nothing',
        './usr/src',
        './usr/src/',
        './usr/src/hello-1.0/link.c',
        './usr/src/hello-1.0/hard',
        '/etc/passwd',
        '../../etc/passwd',
        'etc/modprobe.d/hello.conf',
        './etc/modprobe.d/hello.conf',
        './usr/src/hello-1.0/hello.c',
        '',
        './usr/src/hello-1.0/same.c',
      ]);
      const more = random.pick<Partial<RawEntry>>([{}, { mode: 0o4755 }, { mtime: 5 }, { uid: 1 }]);
      insert(deb, random, link('1', './usr/src/hello-1.0/hard', target, more));
    },
  },
  {
    kind: 'place: a symlink with an odd target',
    tell(deb, random) {
      const target = random.pick([
        '',
        '/',
        '/etc/passwd',
        '../'.repeat(40),
        'x'.repeat(random.pick([99, 100, 101, 4000, 4095, 4096, 5000])),
        'a\nb',
        '.',
      ]);
      insert(deb, random, link('2', './usr/src/hello-1.0/odd', target));
    },
  },
  {
    kind: 'place: long names',
    tell(deb, random) {
      const length = random.pick([99, 100, 101, 240, 246, 247, 250, 255, 256, 300]);
      const name = `./usr/src/hello-1.0/${'n'.repeat(length)}`;
      insert(
        deb,
        random,
        random.below(3) === 0
          ? directory(`${name}/`)
          : random.below(2) === 0
            ? link('2', name, 'x')
            : file(name, 'x'),
      );
    },
  },
  {
    kind: 'place: deep paths',
    tell(deb, random) {
      let path = './usr/src/hello-1.0';
      const depth = random.pick([10, 20, 40, 45]);
      for (let level = 0; level < depth; level++) {
        path += `/${'d'.repeat(98)}`;
        deb.data.push(directory(`${path}/`));
      }
      deb.data.push(file(`${path}/x`, 'x'));
    },
  },
  {
    kind: "place: dpkg's own names",
    tell(deb, random) {
      const suffix = random.pick(['.dpkg-new', '.dpkg-tmp', '.dpkg-old', '.dpkg-dist']);
      const name = random.pick([
        './usr/src/hello-1.0/hello.c',
        './etc/modprobe.d/hello.conf',
        './usr/share/doc',
      ]);
      deb.data.splice(
        deb.data.length - random.below(2) * 6,
        0,
        random.below(2) === 0 ? file(name + suffix, 'mine') : directory(`${name}${suffix}/`),
      );
    },
  },
  {
    kind: 'place: names with odd bytes',
    tell(deb, random) {
      const byte = random.pick([1, 9, 10, 13, 27, 92, 127, 128, 155, 255]);
      const name = Buffer.concat([
        Buffer.from('./usr/src/hello-1.0/b'),
        Buffer.from([byte]),
        Buffer.from('c'),
      ]);
      insert(deb, random, { ...file('', 'x'), name });
    },
  },
  {
    kind: 'place: devices, fifos and what is not known',
    tell(deb, random) {
      const type = random.pick([
        '3',
        '4',
        '6',
        '7',
        'S',
        'V',
        'M',
        'D',
        'x',
        'g',
        'X',
        'A',
        'Z',
        ' ',
        '9',
      ]);
      insert(deb, random, {
        name: Buffer.from('./usr/src/hello-1.0/special'),
        type,
        content: Buffer.from(/[xg]/.test(type) ? '18 path=./etc/x\n\n\n' : ''),
        raw: [[329, Buffer.from('0000001\0' + '0000003\0')]],
      });
    },
  },
  {
    kind: 'place: the root',
    tell(deb, random) {
      deb.data[0] = random.pick([
        directory('.'),
        directory('./', { mode: random.pick([0, 0o700, 0o1777]) }),
        directory('/'),
        file('./', 'x'),
        link('2', './', '/tmp'),
        link('2', '.', '/tmp'),
        directory('././'),
        directory(''),
      ]);
      if (random.below(3) === 0) deb.data.shift();
    },
  },
];

/** Numbers in headers. */
const NUMBERS: Lie[] = [
  ...(
    [
      ['mode', 100, 8],
      ['uid', 108, 8],
      ['gid', 116, 8],
      ['size', 124, 12],
      ['mtime', 136, 12],
      ['checksum', 148, 8],
    ] as const
  ).map(
    ([name, at, width]): Lie => ({
      kind: `number: ${name}`,
      tell: lieInHeader(at, [
        text(' '.repeat(width)),
        text('\0'.repeat(width)),
        text('7'.repeat(width)),
        text(`${'9'.repeat(width - 1)}\0`),
        text(`${'0'.repeat(width - 3)}x0\0`),
        text(`${' '.repeat(width - 2)}5 `),
        text(`5${' '.repeat(width - 3)}5\0`),
        text(`-${'0'.repeat(width - 2)}1`),
        text(`+${'0'.repeat(width - 2)}1`),
        text(`\x80${'\0'.repeat(width - 2)}\x05`),
        text(`\x80${'\xff'.repeat(width - 1)}`),
        text('\xff'.repeat(width)),
        text(`\xff${'\xff'.repeat(width - 2)}\x9c`),
        text(`\x81${'\0'.repeat(width - 1)}`),
        text(`\x80${'\0'.repeat(width - 6)}\xff\xff\xff\xff\xff`.slice(0, width)),
        text(`${'0'.repeat(width - 2)}5${'\0'}`),
      ]),
    }),
  ),
  {
    kind: 'number: a size that is not that of the content',
    tell(deb, random) {
      const entry = anEntry(deb, random, '0');
      entry.size = Math.max(
        0,
        entry.content.length + random.pick([-1, 1, 511, 512, 1024, 100_000, 1e9]),
      );
    },
  },
  {
    kind: 'number: checksum wrong or of signed bytes',
    tell(deb, random) {
      const entry = anEntry(deb, random);
      entry.checksum = random.pick(['wrong', 'signed']);
      if (random.below(2) === 0) entry.name = Buffer.concat([entry.name, Buffer.from([0xe9])]);
    },
  },
  {
    kind: 'number: the archive ends early',
    tell(deb, random) {
      const whole = rawTar(deb.data, Buffer.alloc(1024));
      const cut = random.pick([
        whole.length - 1024,
        whole.length - 512,
        whole.length - 1,
        whole.length - 1500,
        random.below(whole.length),
      ]);
      deb.wrap.push((bytes, member) =>
        member === 'data.tar' && deb.compression === '' ? bytes.subarray(0, cut) : bytes,
      );
    },
  },
  {
    kind: 'number: a random byte of data.tar',
    tell(deb, random) {
      const at = random.below(rawTar(deb.data).length);
      const value = random.below(256);
      deb.wrap.push((bytes, member) => {
        if (member !== 'data.tar') return bytes;
        const changed = Buffer.from(bytes);
        if (at < changed.length) changed[at] = value;
        return changed;
      });
    },
  },
];

export const TAR_LIES: readonly Lie[] = [...SMUGGLING, ...PLACES, ...NUMBERS];
