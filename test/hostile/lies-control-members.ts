import type { Lie } from './lie.ts';
import { md5sumsOf, type RawDeb } from './raw-deb.ts';
import { directory, file, link, type RawEntry } from './raw-tar.ts';

function member(deb: RawDeb, name: string): RawEntry | undefined {
  return deb.controlEntries.find((entry) => entry.name.toString() === name);
}

export const CONTROL_MEMBERS: Lie[] = [
  {
    kind: 'member: conffiles',
    tell(deb, random) {
      const conffiles = member(deb, './conffiles');
      if (conffiles === undefined) return;
      const good = '/etc/modprobe.d/hello.conf\n';
      conffiles.content = Buffer.from(
        random.pick([
          '',
          '\n',
          `${good}\n`,
          good.trimEnd(),
          ` ${good}`,
          good.replace('\n', ' \n'),
          `${good}${good}`,
          good.slice(1),
          `${good}/etc/nothing\n`,
          `${good}/etc\n`,
          `${good}/usr/src/hello-1.0/link.c\n`,
          `${good}/usr/src/hello-1.0/same.c\n`,
          `remove-on-upgrade ${good}`,
          `${good}remove-on-upgrade /etc/old\n`,
          `${good}remove-on-upgrade\n`,
          `${good}other /etc/x\n`,
          `${good}remove-on-upgrade  /etc/x\n`,
          `/./etc/modprobe.d/hello.conf\n`,
          `/etc//modprobe.d/hello.conf\n`,
          `//etc/modprobe.d/hello.conf\n`,
          `/${'x'.repeat(random.pick([990, 995, 996, 997, 1000]))}\n`,
          `${good}\0\n`,
          `${good}/etc/x\0y\n`,
          `# x\n${good}`,
          `${good}   \n`,
        ]),
      );
    },
  },
  {
    kind: 'member: triggers',
    tell(deb, random) {
      const triggers = member(deb, './triggers');
      if (triggers === undefined) return;
      triggers.content = Buffer.from(
        random.pick([
          '',
          '\n',
          'interest',
          'interest\n',
          'interest x\n',
          'interest  x \n',
          ' interest x\n',
          'interest x y\n',
          'interest-await /usr/lib\n',
          'interest /usr//lib\n',
          'interest /\n',
          'interest /usr/\n',
          'interest-noawait x\n',
          'activate x\n',
          'activate-await x\n',
          'activate ä\n',
          'activate x_y\n',
          'Interest x\n',
          'watch x\n',
          '# x\ninterest x\n',
          'interest x',
          'interest x\r\n',
          'interest\tx\n',
          `interest ${'x'.repeat(random.pick([240, 244, 245, 246, 247, 250]))}\n`,
          'interest x\0\n',
          'interest x\ninterest x\n',
          'interest /usr/lib\ninterest /usr/lib\n',
          'activate -x\n',
          'interest x\x0b\n',
        ]),
      );
    },
  },
  {
    kind: 'member: an odd one in control.tar',
    tell(deb, random) {
      deb.controlEntries.splice(
        random.below(deb.controlEntries.length + 1),
        0,
        random.pick([
          file('./list', '/etc\n'),
          file(
            './control',
            'Package: other\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: y\n',
          ),
          file(
            'control',
            'Package: other\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: y\n',
          ),
          file('././control', 'x'),
          file('./md5sums', ''),
          directory('./sub/'),
          file('./sub/x', 'x'),
          link('2', './preinst', '/bin/true'),
          link('1', './config', './postinst'),
          link('2', './md5sums', '/etc/passwd'),
          link('2', './sub', '/tmp'),
          file(`./${'x'.repeat(random.pick([49, 50, 51, 99, 100, 101]))}`, 'x'),
          file('./has.dot', 'x'),
          file('./has_underscore', 'x'),
          file('./-x', 'x'),
          file('../x', 'x'),
          file('/tmp/x', 'x'),
          file('./', 'x'),
          directory('./control/'),
          { name: Buffer.from('./fifo'), type: '6', content: Buffer.alloc(0) },
          { name: Buffer.from('./dev'), type: '3', content: Buffer.alloc(0) },
          { name: Buffer.from('./pax'), type: 'x', content: Buffer.from('17 path=./control\n') },
          file('./new', 'x', { raw: [[124, Buffer.from('99999999999\0')]] }),
          link('2', './link', 'control', { size: 600 }),
        ]),
      );
    },
  },
  {
    kind: 'member: control.tar ends oddly',
    tell(deb, random) {
      deb.controlEnd = random.pick([
        Buffer.alloc(0),
        Buffer.alloc(512),
        Buffer.alloc(100),
        Buffer.concat([Buffer.alloc(1024), Buffer.from('x')]),
        Buffer.alloc(40_960),
      ]);
    },
  },
  {
    kind: 'member: md5sums',
    tell(deb, random) {
      const good = md5sumsOf(deb);
      const lines = good.trimEnd().split('\n');
      const without = lines.filter((_, at) => at !== random.below(lines.length));
      deb.md5sums = random.pick([
        'none',
        '',
        '\n',
        good.trimEnd(),
        `${good}${lines[0]}\n`,
        `${without.join('\n')}\n`,
        good.replace(/[0-9a-f]/, 'f'),
        good.toUpperCase(),
        good.replaceAll('  ', ' '),
        good.replaceAll('  ', '  ./'),
        good.replaceAll('  ', '  /'),
        `${good}${'0'.repeat(32)}  nothing\n`,
        `${good}garbage\n`,
        `${good}\0`,
      ]);
    },
  },
  {
    kind: 'member: a file that md5sums does not have',
    tell(deb) {
      deb.md5sums = md5sumsOf(deb);
      deb.data.push(file('./usr/src/hello-1.0/unlisted', 'x'));
    },
  },
];
