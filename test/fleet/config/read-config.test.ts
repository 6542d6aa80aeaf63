import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  parseFleetConfig,
  readFleetConfig,
  readUserConfig,
} from '../../../src/fleet/config/read-config.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const directory = mkdtempSync(join(tmpdir(), 'dkms-deb-test-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const FULL = `
drivers:
  - .
  - path: ../other
    set: {VERSION: '1.0'}
    snapshot: true
  - git: https://example.org/foo.git
    ref: v1.2
  - deb: foo-dkms_1_all.deb
  - v4l2loopback-dkms
suites: [trixie, trixie-security]
sources: [ubuntu.sources]
architectures: [amd64, arm64]
flavours: [amd64]
kernels: ['6.12.*']
latest: 2
since: 2026-01-01
required: ['*-amd64']
allow-failure: ['7.*']
meta: lockstep
dbgsym: true
sign: {key: key.pem, certificate: [cert.pem]}
repository:
  path: site
  url: https://packages.example.org/
  origin: Example
  suites: {trixie: stable}
  keys: [0123456789ABCDEF0123456789ABCDEF01234567]
  retention: {days: 180, newest: 3}
  generations: 3
  valid-for: 30d
`;

test('two lines are a whole file; the fullest one is read, too', () => {
  expect(parseFleetConfig('drivers: [.]\nsuites: [trixie]\n', 'x')).toEqual({
    drivers: ['.'],
    suites: ['trixie'],
  });
  const { since, drivers, repository } = parseFleetConfig(FULL, 'x');
  expect(since).toBe('2026-01-01');
  expect(drivers).toHaveLength(5);
  expect(repository?.retention).toEqual({ days: 180, newest: 3 });
});

/** The text, then the line, a part of the message, and a part of the hint. */
const WRONG: readonly (readonly [string, number, string, string])[] = [
  ['drivers: [.]\nsuits: [trixie]\n', 2, 'unknown key "suits"', 'Did you mean suites?'],
  // Bug: it said "nor a mapping", and the hint ended after "some of:".
  [
    'drivers: [.]\nsign: {key: 5}\n',
    2,
    'sign.key is neither a text nor a list of texts',
    'Write a text, or a list of texts',
  ],
  ['drivers:\n  - git: x\n    rev: y\n', 3, 'unknown key "rev" in drivers[0]', 'Did you mean ref?'],
  ['drivers: [.]\nrepository:\n  orign: x\n', 3, 'in repository', 'Did you mean origin?'],
  ['drivers: [.]\nzzz: 1\n', 2, 'unknown key "zzz"', 'Known keys: drivers, suites'],
  ['suites: [trixie]\n', 1, 'drivers is not a list', 'Write a list'],
  ['', 1, 'drivers is not a list', 'Write a list'],
  ['[]', 1, 'the file is not a mapping', ''],
  ['drivers: []\n', 1, 'drivers is empty', 'leave the key out'],
  ['drivers: [.]\nkernels: [6.12]\n', 2, 'kernels[0] is not a text', "'6.12'"],
  ['drivers: [.]\nlatest: -1\n', 2, 'latest is less than 1', 'at least 1'],
  // Bug: they were "too large", with a maximum of nothing.
  [
    `drivers: [.]\nsuites: [${'a,'.repeat(1001)}]\n`,
    2,
    'suites is more than 1000 entries',
    'entries',
  ],
  [`drivers: [${'a'.repeat(4097)}]\n`, 1, 'drivers[0]', '4096 characters'],
  ['drivers: [.]\ntask-minutes: 1441\n', 2, 'task-minutes is more than 1440', 'at most 1440.'],
  ['drivers: [.]\nlatest: two\n', 2, 'latest is not a', ''],
  ['drivers: [.]\nsince: yesterday\n', 2, 'since has the wrong form', '2026-11-27'],
  ['drivers: [.]\nmeta: lockstp\n', 2, 'value "lockstp"', 'Did you mean lockstep? Choose one of'],
  [
    'drivers: [.]\nmeta: tight\n',
    2,
    'meta has the unknown value "tight"',
    'lockstep, loose, fallback',
  ],
  ['drivers: [.]\nmeta: 5\n', 2, 'meta has the unknown value "5"', 'Choose one of: lockstep'],
  ['drivers: [5]\n', 1, 'drivers[0] is neither', 'git'],
  ['drivers: [{}]\n', 1, 'drivers[0]', ''],
];

test.for(WRONG)(
  '%j is refused with its line and what to write',
  async ([text, line, says, hint]) => {
    const error = await errorOf(() => parseFleetConfig(text, 'dkms-deb.yaml'));
    expect(error.code).toBe('config-invalid');
    expect(error.where).toEqual({ file: 'dkms-deb.yaml', line });
    expect(error.message).toContain(says);
    expect(error.hint).toContain(hint);
  },
);

// Bug: it said `the unknown value "lockstep"` and `Did you mean lockstep?`, or `"[object Object]"`.
test.for([
  ['[lockstep]', 'meta is a list, not a text'],
  ['[]', 'meta is a list, not a text'],
  ['{a: 1}', 'meta is a mapping, not a text'],
  ['{lockstep: }', 'meta is a mapping, not a text'],
  ['', 'meta has no value'],
] as const)(
  'bug: a value of another kind was an unknown value: meta: %s',
  async ([value, says]) => {
    const text = `drivers: [.]\nmeta: ${value}\n`;
    const error = await errorOf(() => parseFleetConfig(text, 'dkms-deb.yaml'));
    expect(error.message).toBe(says);
    expect(error.hint).toMatch(/^Choose one of: lockstep, /);
  },
);

test('all problems are told, the first with its line', async () => {
  const error = await errorOf(() => parseFleetConfig('drivers: [.]\nsuits: [a]\nlatst: 1\n', 'x'));
  expect(error.output).toEqual(['line 3: unknown key "latst". Did you mean latest?']);
});

test('bug: the problems after the eleventh were left out without a word', async () => {
  const keys = Array.from({ length: 14 }, (_, at) => `zzz${at}: 1\n`).join('');
  const error = await errorOf(() => parseFleetConfig(`drivers: [.]\n${keys}`, 'x'));
  expect(error.output).toHaveLength(11);
  expect(error.output.at(-1)).toBe('… and 3 more');
});

test('bug: a message had a long key as a whole', async () => {
  const text = `drivers: [{path: ., set: {${'K'.repeat(2000)}: 1}}]\n`;
  const error = await errorOf(() => parseFleetConfig(text, 'x'));
  expect(error.message).toContain('KKK… is not a text');
  expect(error.message.length).toBeLessThan(120);
});

const levels = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefghi'].map(
    (name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[at]}`).join(', ')}]`,
  ),
].join('\n');

test.for([
  ['drivers: [.\n', 'a list that does not end'],
  ['drivers: [.]\ndrivers: [x]\n', 'a key that is there twice'],
  ['drivers: [.]\n---\ndrivers: [x]\n', 'two documents'],
  ['drivers: [*nothing]\n', 'an alias without an anchor'],
  ['drivers: [!!js/function x]\n', 'a tag that YAML does not define'],
  [bomb, 'aliases of aliases'],
  [`drivers: ${levels(50_000)}`, 'fifty thousand levels'],
] as const)('a syntax error: $1', async ([text]) => {
  const used = await cpuTime(async () => {
    const error = await errorOf(() => parseFleetConfig(text, 'dkms-deb.yaml'));
    expect(error.code).toBe('config-syntax');
    expect(error.where?.file).toBe('dkms-deb.yaml');
    expect(error.message).not.toContain('\n');
  });
  expect(used).toBeLessThan(5000);
});

test('only a regular file of reasonable size is read', async () => {
  const place = (name: string) => join(directory, name);
  execFileSync('mkfifo', [place('fifo')]);
  symlinkSync('/dev/zero', place('device'));
  writeFileSync(place('large'), '#'.repeat(2 * 1024 * 1024));
  const codes: string[] = [];
  for (const name of ['fifo', 'device', 'large', 'missing', '.']) {
    codes.push((await errorOf(() => readFleetConfig(place(name)))).code);
  }
  expect(codes).toEqual([
    'special-file',
    'special-file',
    'file-too-large',
    'config-missing',
    'unreadable',
  ]);
});

test('bug: the hints for config.yaml named the schema and the page of dkms-deb.yaml', async () => {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, 'jobs: many\n');
  expect(await errorOf(() => readUserConfig(file))).toMatchObject({
    code: 'config-invalid',
    message: 'jobs is not a number',
    hint: 'See the JSON Schema: dkms-deb config --schema.',
  });
  const wrong = 'drivers: [.]\nlatest: many\n';
  expect((await errorOf(async () => parseFleetConfig(wrong, 'x'))).hint).toBe(
    'See the JSON Schema: dkms-deb plan --schema.',
  );
});
