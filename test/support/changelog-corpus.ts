import { Seeded } from './seeded.ts';

/** Changelogs with rare features of real ones, written by hand. */
const PINNED: Readonly<Record<string, string>> = {
  'older entries are gone': `hello (1.2-1) unstable; urgency=medium

  * New upstream release. (Closes: #1234)

 -- A Person <a@example.org>  Thu, 26 Nov 2026 10:00:00 +0000

# Older entries have been removed from this changelog.
# To read the complete changelog use \`apt changelog hello\`.
`,
  'an editor at the end': `hello (1.0-1) unstable; urgency=low

  * First.

 -- A Person <a@example.org>  Tue,  1 Jan 2019 10:00:00 +0100

Local variables:
mode: debian-changelog
End:
`,
  'an old format below': `hello (1.0-1) unstable; urgency=low

  * First.

 -- A Person <a@example.org>  Tue, 01 Jan 2019 10:00:00 +0100

Old Changelog:

Mon Jan 01 12:00:00 1996  Somebody <s@example.org>

 * something
`,
  'ancient lines alone': `hello (0.9) unstable

  * no semicolon

 -- A Person <a@example.org>  Tue, 01 Jan 2019 10:00:00 +0100
`,
  'an RCS keyword and comments': `$Id: changelog,v 1.2 2001/01/01 me Exp $
/* a comment */
# another
hello (1:2.0~rc1+dfsg-1.1+b2) experimental; urgency=HIGH, binary-only=yes

  * Binary-only.
  [ Another Person ]
   + deeper
\t* with a tab

 -- N <nobody@example.org>  Mon, 31 Dec 2018 23:59:59 -1200
`,
  'no empty lines': `xy (1) a b; urgency=low (HIGH for some)
  * One.
 -- X Y <x@y>  Thu, 1 Jan 1970 00:00:00 +0000
xy (0) a; urgency=emergency
  * Zero.
 -- X Y <x@y>  Thu, 1 Jan 1970 00:00:00 +0000`,
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function date(random: Seeded, tidy: boolean): string {
  const time = new Date(random.below(1_795_240_320) * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = !tidy && random.below(4) === 0 ? String(time.getUTCDate()) : two(time.getUTCDate());
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  const zone = random.pick(['+0000', '+0100', '-0500', '+0530']);
  return `${DAYS[time.getUTCDay()]}, ${day} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()} ${clock} ${zone}`;
}

/** Returns a random entry; with `tidy`, in the form that dch writes. */
function entry(random: Seeded, source: string, number: number, tidy = false): string {
  const version = `${random.pick(['', '', '1:'])}${number}.${random.below(20)}${random.pick(['', '~rc1', '+dfsg'])}${random.pick(['', '-1', '-2.1', '-1~bpo12+1'])}`;
  const urgency = random.pick(['low', 'medium', 'high', tidy ? 'low' : 'Medium', 'critical']);
  const changes = random.list(1, 6, () =>
    random.pick([
      '  * Fix what was broken. (Closes: #123456)',
      '  * New upstream release.',
      '    - and a longer line that goes on about what has changed in it',
      '',
      '  [ Jörg Ñandú ]',
      '  * Straße, größer',
      '  + LP: #123',
      '   three blanks',
      ...(tidy ? [] : ['\t* a tab', '  * blanks at the end  ']),
    ]),
  );
  const name = random.pick(['A Person', 'Jörg "X" Ñandú', 'Team (for all)', "O'Neil"]);
  return [
    `${source} (${version}) ${random.pick(['unstable', 'bookworm-security', 'unstable experimental', 'UNRELEASED'])}; urgency=${urgency}`,
    ...(tidy ? [''] : random.pick([[''], [''], []])),
    '  * Change.',
    ...changes,
    ...(tidy ? ['  * Last.', ''] : random.pick([[''], [''], ['', '']])),
    ` -- ${name} <p${random.below(9)}@example.org>  ${date(random, tidy)}`,
  ].join('\n');
}

function generated(random: Seeded): string {
  const source = random.pick(['hello', 'lib+x.y', 'a0', 'hello-dkms']);
  const entries = random.list(1, 25, () => entry(random, source, 1 + random.below(9)));
  const end = random.pick([
    '\n',
    '\n',
    '\n\n',
    '',
    '\n\n# Older entries have been removed from this changelog.\n',
    '\n\nvim: et ts=2\n',
    '\nChanges from version 1.0 to 1.1:\n  * x\n',
  ]);
  return entries.join(random.pick(['\n\n', '\n\n', '\n', '\n\n\n'])) + end;
}

/** Returns entries in the form that dch writes. */
export function tidyEntries(): string[] {
  const random = new Seeded(12);
  return Array.from({ length: 300 }, (_, number) => `${entry(random, 'hello', number, true)}\n`);
}

/** Returns changelogs by name. They are the same on every machine. */
export function changelogCorpus(): Map<string, string> {
  const random = new Seeded(11);
  const texts = new Map(Object.entries(PINNED));
  for (let i = 0; i < 150; i++) texts.set(`generated ${i}`, generated(random));
  return texts;
}
