import type { Seeded } from '../support/seeded.ts';
import type { Lie } from './lie.ts';
import { compress, type RawDeb } from './raw-deb.ts';
import { directory, file, rawTar } from './raw-tar.ts';

const EXTENSIONS = ['.gz', '.xz', '.zst', '.bz2', '.lzma'] as const;

const evil = () =>
  rawTar([directory('./'), directory('./etc/'), file('./etc/evil', 'x')], Buffer.alloc(1024));

/** Changes one of the two archives. */
function change(deb: RawDeb, random: Seeded, wrap: (bytes: Buffer) => Buffer | Promise<Buffer>) {
  const member = random.pick(['control.tar', 'data.tar', 'data.tar']);
  deb.wrap.push((bytes, name) => (name === member ? wrap(bytes) : bytes));
}

export const STREAMS: Lie[] = [
  {
    kind: 'stream: compressed, and right',
    tell(deb, random) {
      deb.compression = random.pick(EXTENSIONS);
    },
  },
  {
    kind: 'stream: a second one behind the first',
    tell(deb, random) {
      deb.compression = random.pick(EXTENSIONS);
      const { compression } = deb;
      const more = random.pick([() => evil(), () => Buffer.alloc(0), () => Buffer.from('x')]);
      change(deb, random, async (bytes) =>
        Buffer.concat([bytes, await compress(more(), bytes[0] === 0x1f ? '.gz' : compression)]),
      );
    },
  },
  {
    kind: 'stream: the archive in two streams',
    tell(deb, random) {
      const extension = random.pick(['.gz', '.xz', '.zst', '.bz2'] as const);
      deb.compression = extension;
      const at = random.pick([512, 1024, 5000, 9000]);
      deb.wrap.push(async (bytes, name) => {
        if (name !== 'data.tar' || bytes.length < 10) return bytes;
        const whole = rawTar(deb.data, deb.end);
        return Buffer.concat([
          await compress(whole.subarray(0, at), extension),
          await compress(whole.subarray(at), extension),
        ]);
      });
    },
  },
  {
    kind: 'stream: something before or behind it',
    tell(deb, random) {
      deb.compression = random.pick(EXTENSIONS);
      const skippable = Buffer.concat([
        Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]),
        Buffer.from('skip'),
      ]);
      const junk = random.pick([
        Buffer.from('junk'),
        Buffer.alloc(4),
        Buffer.alloc(512),
        skippable,
        evil(),
        Buffer.alloc(1),
      ]);
      const before = random.below(4) === 0;
      change(deb, random, (bytes) => Buffer.concat(before ? [junk, bytes] : [bytes, junk]));
    },
  },
  {
    kind: 'stream: cut off or changed',
    tell(deb, random) {
      deb.compression = random.pick(EXTENSIONS);
      const cut = random.below(2) === 0;
      const where = random.below(1_000_000) / 1_000_000;
      const value = random.below(256);
      change(deb, random, (bytes) => {
        const at = Math.floor(bytes.length * where);
        if (cut) return bytes.subarray(0, at);
        const changed = Buffer.from(bytes);
        changed[at] = value;
        return changed;
      });
    },
  },
  {
    kind: 'stream: in another format than its name says',
    tell(deb, random) {
      deb.compression = random.pick(EXTENSIONS);
      const other = random.pick(['', ...EXTENSIONS] as const);
      deb.wrap.push(async (bytes, name) => {
        if (name !== 'data.tar' || bytes.length === 0) return bytes;
        return compress(rawTar(deb.data, deb.end), other);
      });
    },
  },
];
