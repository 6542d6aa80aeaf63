import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareVersions } from '../../../src/debian/version.ts';
import { rpmVersionOf } from '../../../src/rpm/rpm-version.ts';
import { specChangelog } from '../../../src/rpm/spec-changelog.ts';
import { specLine, specParagraphs } from '../../../src/rpm/spec-text.ts';
import { run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';

const GOLDEN = join(PROJECT, 'test/golden/init');

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rpm-spec-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const rpmspec = (...args: string[]) => run('rpmspec', args, { env: { HOME: scratch } });

test('rpmspec parses every golden spec without a warning', async () => {
  const specs = (await readdir(GOLDEN, { recursive: true })).filter((name) =>
    /\/out\/rpm\/.*\.spec$/.test(name),
  );
  expect(specs.length).toBeGreaterThan(2);
  for (const spec of specs) {
    const { stderr } = await rpmspec('-P', join(GOLDEN, spec));
    expect(stderr, spec).toBe('');
  }
});

/** Pieces of text that rpmbuild would act on. */
const PIECES = [
  ...['%(touch PWNED)', '%{lua:os.execute("touch PWNED")}', '%{!?x:', '%[1 + 1]', '%{nil}', '%'],
  ...[
    '%%',
    '\\',
    '{',
    '}',
    '(',
    ')',
    '#',
    '%files',
    '%if 0',
    '%endif',
    '%changelog',
    '%description',
  ],
  ...[
    '%global x y',
    '%include /etc/passwd',
    '%{expand:%%(touch PWNED)}',
    '\n',
    '\r',
    '- ',
    '* ',
    '\\\n',
  ],
  ...['word', 'Version: 2', '%*', '%{', '%(', '%['],
];

test('hostile text is not expanded in Summary, description and changelog', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const pick = (count: number) =>
      Array.from({ length: count }, (_, at) => PIECES[(seed * (at * 7 + 3) + at) % PIECES.length])
        .join(seed % 2 === 0 ? ' ' : '')
        .replaceAll('PWNED', join(scratch, 'pwned'));
    const summary = specLine(pick(5));
    const description = specParagraphs([pick(9), pick(6), 'end']);
    const changelog = specChangelog(
      `a (1.0-1) x; urgency=low\n\n  * ${pick(7).replace(/[\r\n]/g, ' ')}\n\n -- A <a@b.example>  Sun, 01 Mar 2026 10:00:00 +0000\n`,
    );
    const entry = changelog[0]?.text ?? '';
    const file = join(scratch, 'a.spec');
    const head = `Name: a\nVersion: 1.0\nRelease: 1\nSummary: x ${summary}\nLicense: MIT\n`;
    await writeFile(
      file,
      `${head}\n%description\n${description}\n\n%files\n\n%changelog\n${entry}\n`,
    );
    const format = '%{SUMMARY}\\n@%{DESCRIPTION}\\n@%{VERSION}[%{CHANGELOGTEXT}]\\n';
    const { stdout } = await rpmspec('-q', '--qf', format, file);
    const text = (escaped: string) => escaped.replaceAll('%%', '%');
    const [said, described, rest] = stdout.split(/\n@/);
    expect(said, `seed ${seed}`).toBe(`x ${text(summary)}`.trim());
    expect(described, `seed ${seed}`).toBe(text(description));
    expect(rest?.trimEnd(), `seed ${seed}`).toBe(
      `1.0${text(entry.split('\n').slice(1).join('\n'))}`.trimEnd(),
    );
  }
  expect((await readdir(scratch)).sort()).toEqual(['a.spec']);
});

test('rpm sorts converted versions as dpkg sorts the originals', async () => {
  const versions =
    `0~git 0~r119.abc 1.0~rc1 1.0~rc2 1.0 1.0+git1 1.0+5.gabc1234 1.0.1 1.2 1.2+3 1.2.1 1.9 1.10
    1.10a 2.0~~a 2.0~a 2.0 2024.05.01 2024.12.31 1.2-1 1.2-2 1.2-10 1.2-1~bpo12+1 1.2-1ubuntu1 1:0.1`.split(
      /\s+/,
    );
  const order = (a: string, b: string) => {
    const [x, y] = [rpmVersionOf(a), rpmVersionOf(b)];
    const evr = ({ epoch = '0', version, release }: typeof x) => `${epoch}:${version}-${release}`;
    return `rpm.vercmp('${evr(x)}', '${evr(y)}')`;
  };
  const pairs = versions.flatMap((a) => versions.map((b) => [a, b] as const));
  // Without a revision the release is 1, for dpkg it is less than any. Letters after + sort before digits in rpm.
  const isGit = (version: string) => version === '1.0+git1';
  const isCount = (version: string) => version === '1.0+5.gabc1234';
  const compared = pairs.filter(
    ([a, b]) =>
      a.includes('-') === b.includes('-') && !(isGit(a) && isCount(b)) && !(isGit(b) && isCount(a)),
  );
  const script = compared.map(([a, b]) => `print(${order(a, b)} .. '\\n')`).join(' ');
  const file = join(scratch, 'order.lua');
  await writeFile(file, script);
  const { stdout } = await run('rpmlua', [file], { env: { HOME: scratch } });
  const said = stdout
    .split(/\s+/)
    .filter((line) => line !== '')
    .map(Number);
  expect(said.length).toBe(compared.length);
  const wrong = compared.filter(([a, b], index) => said[index] !== compareVersions(a, b));
  expect(wrong).toEqual([]);
});
