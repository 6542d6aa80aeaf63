import type { Seeded } from '../support/seeded.ts';
import { anEntry, type Lie } from './lie.ts';
import type { RawDeb } from './raw-deb.ts';
import { type RawEntry, rawTar } from './raw-tar.ts';

/** Changes whole fields of an entry's header. */
function lieInHeader(at: number, makers: readonly ((random: Seeded) => Buffer)[]) {
  return (deb: RawDeb, random: Seeded) => {
    const index = random.below(deb.data.length);
    const entry = deb.data[index] as RawEntry;
    deb.data[index] = { ...entry, raw: [[at, random.pick(makers)(random)]] };
  };
}

const text = (value: string) => () => Buffer.from(value, 'latin1');

/** Numbers in headers. */
export const NUMBERS: Lie[] = [
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
