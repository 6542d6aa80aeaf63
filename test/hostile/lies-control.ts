import type { Lie } from './lies-tar.ts';
import { md5sumsOf, type RawDeb } from './raw-deb.ts';
import { directory, file, link, type RawEntry } from './raw-tar.ts';

/** Sets a field, or adds it. */
function field(deb: RawDeb, name: string, value: string): void {
  const known = deb.fields.find(([other]) => other === name);
  if (known) known[1] = value;
  else deb.fields.splice(-1, 0, [name, value]);
}

function fieldLie(name: string, values: readonly string[]): Lie {
  return {
    kind: `field: ${name}`,
    tell: (deb, random) => field(deb, name, random.pick(values)),
  };
}

const RELATIONS = [
  'a',
  'A',
  'a (= 1)',
  'a(= 1)',
  'a (=1)',
  'a ( >= 1 ) ',
  'a (> 1)',
  'a (< 1)',
  'a (1)',
  'a (>=)',
  'a (>= )',
  'a (>= 1',
  'a >= 1)',
  'a (>= x)',
  'a (>= 1_0)',
  'a (>= 1:)',
  'a (>= :1)',
  'a (>= 1-)',
  'a (=> 1)',
  'a (== 1)',
  'a (<> 1)',
  'a (>= 1 2)',
  'a [amd64]',
  'a <!nocheck>',
  'a | b',
  'a || b',
  'a |',
  '| a',
  'a, b',
  'a,, b',
  'a,',
  ',a',
  'a b',
  'a:any',
  'a:',
  'a:any (>= 1)',
  'a:x_y',
  'a:-x',
  '-a',
  'a_b',
  'a.b',
  'a+b',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a debian/control has it.
  '${misc:Depends}',
  'a\n b',
  'a,\n b',
  'a (>= 1),\n b | c',
  'a (>= 2147483648:1)',
  'é',
  'a;b',
  'a/b',
  '(>= 1)',
  'a (>= 1) (<< 2)',
];
const NAMES = [
  'Depends',
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
  'Provides',
];

const FIELDS: Lie[] = [
  ...NAMES.map((name) => fieldLie(name, RELATIONS)),
  fieldLie('Version', [
    '',
    '1',
    '1.0',
    'v1',
    '1_0',
    '1:1',
    ':1',
    'a:1',
    '-1:1',
    '2147483648:1',
    '1:',
    '1-',
    '1-2-3',
    '1:2:3',
    '1~',
    '1 0',
    ' 1',
    '0',
    '-1',
    '1.0-1_a',
    '1/2',
    '1.0-ä',
    '+1:1',
    '٣',
  ]),
  fieldLie('Package', [
    '',
    'a',
    'A',
    'hello_dkms',
    'Hello',
    '-x',
    'x y',
    'x/y',
    'x:y',
    '../x',
    'hello-dkms.x',
    '.x',
    '9',
    '9x',
    'é',
  ]),
  fieldLie('Architecture', [
    '',
    'amd64',
    'any',
    'all',
    'AMD64',
    'x_y',
    'arm64',
    'linux-any',
    'amd64 arm64',
    '-x',
    'source',
  ]),
  fieldLie('Multi-Arch', [
    '',
    'same',
    'foreign',
    'allowed',
    'no',
    'Foreign',
    'yes',
    'foreignx',
    'foreign x',
    'x',
  ]),
  fieldLie('Essential', ['', 'yes', 'no', 'YES', 'true', 'yesx', 'yes no']),
  fieldLie('Protected', ['yes', 'no', 'maybe']),
  fieldLie('Priority', [
    'optional',
    'optionals',
    'optional x',
    'whatever',
    '',
    'EXTRA',
    'requiredx',
  ]),
  fieldLie('Installed-Size', ['1', 'x', '-1', '']),
  fieldLie('Maintainer', ['', 'x', 'a\n b']),
  fieldLie('Description', ['', ' ', 'x\n .\n y', 'x\n', 'x\n\n y', 'x\n \n y', 'x\n .', '\n x']),
  fieldLie('Status', ['install ok installed', 'x']),
  fieldLie('Config-Version', ['1', 'x']),
  fieldLie('Conffiles', ['\n /etc/x 0123456789abcdef0123456789abcdef', 'x']),
  fieldLie('Triggers-Pending', ['x']),
  fieldLie('Triggers-Awaited', ['x']),
  fieldLie('Filename', ['x', 'x y', '']),
  fieldLie('Size', ['1', '1 2']),
  fieldLie('MD5sum', ['x']),
  fieldLie('Revision', ['1', '_']),
  fieldLie('Package_Revision', ['1']),
  fieldLie('Class', ['optional']),
  fieldLie('Optional', ['a']),
  fieldLie('Recommended', ['a [amd64]']),
  fieldLie('X', ['y']),
  fieldLie('-X', ['y']),
  fieldLie('#X', ['y']),
  fieldLie('X Y', ['y']),
  fieldLie('Xä', ['y']),
  fieldLie('XB-Foo', [
    'y',
    'a\tb',
    'a\rb',
    'a\x1bb',
    'a\x00b',
    'a\x1ab',
    'a\x7fb',
    'a\u0085b',
    'a\u2028b',
    'x\x0b',
    '\x0c',
  ]),
];

const STANZAS: Lie[] = [
  {
    kind: 'control: a field is missing',
    tell: (deb, random) => void deb.fields.splice(random.below(deb.fields.length), 1),
  },
  {
    kind: 'control: a field twice',
    tell(deb, random) {
      const [name, value] = random.pick(deb.fields);
      const again = random.pick([name, name.toUpperCase(), name.toLowerCase()]);
      deb.fields.splice(random.below(deb.fields.length + 1), 0, [again, value]);
    },
  },
  {
    kind: 'control: the text itself',
    tell(deb, random) {
      const good = deb.fields.map(([name, value]) => `${name}: ${value}\n`).join('');
      deb.controlText = random.pick([
        good.trimEnd(),
        `\n${good}`,
        `\n\n${good}\n\n`,
        `${good}\n`,
        `${good}\nPackage: other\nVersion: 1\n`,
        `${good}\nX: y\n`,
        `${good} \n`,
        `${good}\t\n`,
        ` ${good}`,
        `# a comment\n${good}`,
        `${good}# a comment\n`,
        `${good}no colon\n`,
        `${good}: x\n`,
        `${good}X:\n`,
        `${good}X:y\n`,
        `${good}X : y\n`,
        `${good}XB-Y:  \n z\n`,
        `${good}XB-Y:\n .\n`,
        good.replaceAll('\n', '\r\n'),
        `\ufeff${good}`,
        '',
        '\n',
        `${good}\0`,
        `${good}X: y\0z\n`,
        `${good}\x1a`,
        `${good}\x1aX: y\n`,
        good.replace('Version', 'Ver\nsion'),
        good.replace(': ', ' '),
        Buffer.concat([Buffer.from(good), Buffer.from([0x58, 0x58, 0x3a, 0xe9, 10])]).toString(
          'latin1',
        ),
        `${good}-----BEGIN PGP SIGNATURE-----\n`,
      ]);
    },
  },
  {
    kind: 'control: a random byte',
    tell(deb, random) {
      const good = Buffer.from(deb.fields.map(([name, value]) => `${name}: ${value}\n`).join(''));
      for (let times = 1 + random.below(2); times > 0; times--)
        good[random.below(good.length)] = random.below(256);
      deb.controlText = good;
    },
  },
];

function member(deb: RawDeb, name: string): RawEntry | undefined {
  return deb.controlEntries.find((entry) => entry.name.toString() === name);
}

const MEMBERS: Lie[] = [
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

export const CONTROL_LIES: readonly Lie[] = [...FIELDS, ...STANZAS, ...MEMBERS];
