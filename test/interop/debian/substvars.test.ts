// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars, not templates
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatEntry } from '../../../src/debian/changelog-entry.ts';
import { formatStanza } from '../../../src/debian/control-field.ts';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { builtinSubstvars, fieldSubstvars, substitute } from '../../../src/debian/substvars.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { Seeded } from '../../support/seeded.ts';

const VARIABLES: readonly (readonly [string, string])[] = [
  ['misc:Depends', 'dkms (>= 3.0), ,'],
  ['shlibs:Depends', ''],
  ['a', 'A'],
  ['b', '<${a}${unset}>'],
  ['open', '{a}'],
  ['dollar', '${}{a}'],
  ['lines', '1${Newline}2${Newline}.${Newline}${Newline}3'],
];
const SUBSTVARS = VARIABLES.map(([name, value]) => `${name}=${value}\n`).join('');

const SOURCE = [
  ['Source', 'hello'],
  ['Section', 'kernel'],
  ['Priority', 'optional'],
  ['Maintainer', 'A <a@b.c>'],
  ['Homepage', 'https://example.org/'],
] as const;

/** dpkg-gencontrol on a debian/ with one package that has `fields`. */
async function gencontrol(fields: readonly (readonly [string, string])[], substvars: string) {
  return withTemporaryDirectory('gencontrol', async (directory) => {
    const debian = join(directory, 'debian');
    await mkdir(join(debian, 'hello'), { recursive: true });
    const entry = {
      source: 'hello',
      version: '1:2.0-3+b1',
      distributions: ['sid'],
      urgency: 'low',
      changes: ['x'],
      maintainer: { name: 'A', email: 'a@b.c' },
      timestamp: 0,
      binaryOnly: true,
    };
    const source = { ...entry, version: '1:2.0-3', binaryOnly: false };
    await writeFile(join(debian, 'changelog'), `${formatEntry(entry)}\n${formatEntry(source)}`);
    const binary = formatStanza([['Package', 'hello'], ['Architecture', 'any'], ...fields]);
    await writeFile(join(debian, 'control'), `${formatStanza(SOURCE)}\n${binary}`);
    await writeFile(join(debian, 'hello.substvars'), substvars);
    return run('dpkg-gencontrol', ['-phello', '-Tdebian/hello.substvars', '-Pdebian/hello', '-O'], {
      cwd: directory,
      accept: [0, 1, 255, 25],
    });
  });
}

async function variables() {
  const architecture = (await run('dpkg-architecture', ['-qDEB_HOST_ARCH'])).stdout.trim();
  const versions = { sourceVersion: '1:2.0-3', binaryVersion: '1:2.0-3+b1' };
  return new Map([
    ...builtinSubstvars({ ...versions, architecture }),
    ...fieldSubstvars('S', SOURCE),
    ...VARIABLES,
  ]);
}

test('substitutes as dpkg-gencontrol does, and reports the same unknown variables', async () => {
  const random = new Seeded(50);
  const pieces = [
    ...['${a}', '${b}', '${open}', '$${open}', '${dollar}', '${lines}', '${}', '${}{a}'],
    ...[
      '${shlibs:Depends}',
      '${Newline}',
      '${Space}',
      '${Tab}',
      '${A}',
      '${no:such}',
      '${${a}}',
      '${a b}',
      '$',
    ],
    ...['${source:Version}', '${binary:Version}', '${source:Upstream-Version}', '${Arch}'],
    ...['${S:Homepage}', 'word', '{', '}', '\n', ' '],
  ];
  const fields = Array.from(
    { length: 300 },
    (_, index) =>
      [`XB-Field${index}`, `x${random.list(1, 6, () => random.pick(pieces)).join('')}y`] as const,
  );
  const known = await variables();
  const { stdout, stderr } = await gencontrol([...fields, ['Description', 'd']], SUBSTVARS);
  const [stanza] = parseDeb822(stdout, 'stdout').paragraphs;
  const unknown = new Set<string>();
  for (const [name, value] of fields) {
    const written =
      parseDeb822(formatStanza([[name, value]]), 'control').paragraphs[0]?.get(name) ?? '';
    const result = substitute(written, known);
    for (const missing of result.unknown) unknown.add(missing);
    const shown = parseDeb822(formatStanza([[name, result.text]]), 'x').paragraphs[0]?.get(name);
    expect([name, value, shown]).toEqual([name, value, stanza?.get(name.slice(3))]);
  }
  const warned = [
    ...stderr.matchAll(/substitution variable \$\{(\S+)\} used, but is not defined/g),
  ];
  expect([...unknown].sort()).toEqual([...new Set(warned.map(([, name = '']) => name))].sort());
});

test.each([{ r: 'x${r}' }, { r: '${s}', s: '${r}' }, { r: '${r}${r}' }])(
  '%j: both stop',
  async (values) => {
    const substvars = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    const { exitStatus, stderr } = await gencontrol([['Description', '${r}']], substvars.join(''));
    expect(exitStatus).not.toBe(0);
    expect(stderr).toMatch(/recursive/);
    expect(() => substitute('${r}', new Map(Object.entries(values)))).toThrow(
      expect.objectContaining({ code: 'substvar-recursion' }),
    );
  },
);
