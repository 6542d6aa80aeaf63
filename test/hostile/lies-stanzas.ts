import type { Lie } from './lie.ts';

export const STANZAS: Lie[] = [
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
