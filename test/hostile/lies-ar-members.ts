import type { Seeded } from '../support/seeded.ts';
import type { Lie } from './lie.ts';
import { compress, type RawMember } from './raw-deb.ts';
import { directory, file, rawTar } from './raw-tar.ts';

const evil = () =>
  rawTar([directory('./'), directory('./etc/'), file('./etc/evil', 'x')], Buffer.alloc(1024));

function move(members: RawMember[], random: Seeded): RawMember[] {
  const [moved] = members.splice(random.below(members.length), 1);
  if (moved) members.splice(random.below(members.length + 1), 0, moved);
  return members;
}

export const AR_MEMBERS: Lie[] = [
  {
    kind: 'ar: another order',
    tell: (deb, random) => void deb.members.push((all) => move(all, random)),
  },
  {
    kind: 'ar: a member is missing',
    tell(deb, random) {
      deb.members.push((all) => all.filter((_, at) => at !== random.below(3)));
    },
  },
  {
    kind: 'ar: a member twice',
    tell(deb, random) {
      deb.members.push((all) => {
        const name = random.pick(all).name;
        const other = all.find((member) => member.name === name)?.bytes ?? Buffer.alloc(0);
        const again = {
          name,
          bytes: random.pick([other, name.startsWith('data') ? evil() : other]),
        };
        all.splice(random.below(all.length + 1), 0, again);
        return all;
      });
    },
  },
  {
    kind: 'ar: a foreign member',
    tell(deb, random) {
      const name = random.pick([
        '_gpgorigin',
        '_x',
        'x',
        'control.tar.gz',
        'data.tar.gz',
        'control',
        'debian-binary',
        'data.tarx',
        'control.tar.xx',
        'data.tar.lz',
        '',
        '/',
        '//',
        '_',
        'zz.tar',
        'data',
        'control.tar.bz2',
      ]);
      const bytes = Buffer.from(random.pick(['', 'x', 'xy']));
      deb.members.push((all) => {
        all.splice(random.below(all.length + 1), 0, { name, bytes });
        return all;
      });
    },
  },
  {
    kind: 'ar: the name of a member',
    tell(deb, random) {
      deb.members.push((all) => {
        const member = random.pick(all);
        const spell = random.pick([
          (n: string) => `${n}/`,
          (n: string) => `${n}//`,
          (n: string) => n.toUpperCase(),
          (n: string) => ` ${n}`,
          (n: string) => `${n}.gz`,
          (n: string) => `${n}.bz2`,
          (n: string) => `${n}.lzma`,
          (n: string) => `${n}\0`,
          (n: string) => `${n}.xz`,
          (n: string) => `${n}x`,
          (n: string) => n.slice(1),
        ]);
        member.name = spell(member.name).slice(0, 16);
        return all;
      });
    },
  },
  {
    kind: 'ar: the size of a member',
    tell(deb, random) {
      deb.members.push((all) => {
        const member = random.pick(all);
        const { length } = member.bytes;
        member.size = random.pick([
          '',
          '0',
          'x',
          '-1',
          `${length}x`,
          ` ${length}`,
          `${length} 5`,
          `0${length}`,
          String(length + 1),
          String(length + 2),
          String(Math.max(0, length - 1)),
          String(Math.max(0, length - 512)),
          '9999999999',
          `+${length}`,
        ]);
        return all;
      });
    },
  },
  {
    kind: 'ar: the end of a header',
    tell(deb, random) {
      deb.members.push((all) => {
        random.pick(all).end = random.pick(['`\r', '\n`', '  ', '`\0']);
        return all;
      });
    },
  },
  {
    kind: 'ar: the format',
    tell(deb, random) {
      deb.members.push((all) => {
        const [first] = all;
        if (first)
          first.bytes = Buffer.from(
            random.pick([
              '2.1\n',
              '2.0',
              '2.0\n\n',
              '2.0\nmore\n',
              '3.0\n',
              '1.0\n',
              '2\n',
              '',
              '\n',
              'x\n',
              '2.0 \n',
              ' 2.0\n',
              '2.0\0\n',
              '02.0\n',
              '2.00\n',
              '2.x\n',
              '0.939000\n',
              '2.0\r\n',
            ]),
          );
        return all;
      });
    },
  },
  {
    kind: 'ar: something behind the last member',
    tell(deb, random) {
      deb.tail = random.pick([
        Buffer.from('\n'),
        Buffer.from('x'),
        Buffer.alloc(60),
        Buffer.from('junk'.repeat(20)),
      ]);
    },
  },
  {
    kind: 'ar: bz2 and lzma',
    tell(deb, random) {
      const extension = random.pick(['.bz2', '.lzma'] as const);
      if (random.below(2) === 0) deb.compression = extension;
      else {
        deb.wrap.push((bytes, name) =>
          name === 'control.tar' ? compress(bytes, extension) : bytes,
        );
        deb.members.push((all) => {
          for (const member of all) if (member.name === 'control.tar') member.name += extension;
          return all;
        });
      }
    },
  },
];
