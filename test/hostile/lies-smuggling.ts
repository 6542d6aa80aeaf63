import { anEntry, EVIL, evilBytes, insert, type Lie } from './lie.ts';
import { file, type RawEntry, rawTar } from './raw-tar.ts';

/** What is smuggled in behind a header that our reader or dpkg's might take for something else. */
export const SMUGGLING: Lie[] = [
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
