import { anEntry, insert, type Lie } from './lie.ts';
import { directory, file, link, type RawEntry } from './raw-tar.ts';

/** Names and places. */
export const PLACES: Lie[] = [
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
