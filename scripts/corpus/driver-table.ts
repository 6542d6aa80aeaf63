import {
  type DriverRecord,
  isRight,
  judgementFor,
  type Outcome,
  outcome,
  type Step,
} from './driver-record.ts';
import { markdownTable } from './markdown.ts';

/** Returns a table of figures over all drivers, with a column for each measured copy of dkms-deb. */
export function summaryTable(
  products: readonly { label: string; records: readonly DriverRecord[] }[],
  releases: readonly string[],
): string[] {
  const columns = products.map(({ records }) => summary(records, releases));
  const rows = (columns[0] ?? []).map(([measure], index) => [
    measure,
    ...columns.map((column) => column[index]?.[1] ?? ''),
  ]);
  const measured = rows.filter(([, ...figures]) => figures.some((each) => each !== '0 of 0'));
  return markdownTable(['', ...products.map(({ label }) => label)], measured);
}

type Count = readonly [measure: string, figure: string];

function summary(records: readonly DriverRecord[], releases: readonly string[]): Count[] {
  const of = (among: readonly DriverRecord[], holds: (record: DriverRecord) => boolean): string =>
    `${among.filter(holds).length} of ${among.length}`;
  const done = records.filter(({ init }) => init.status === 0);
  const withDh = done.filter(({ debhelper }) => debhelper !== undefined);
  const packaged = records.filter(({ ownPackaging }) => ownPackaging !== undefined);
  const withConf = records.filter(({ kind }) => kind !== 'none');
  const without = records.filter(({ kind }) => kind === 'none');
  const builds = (release: string) => (record: DriverRecord) =>
    record.judgement.kernels[release]?.status === 'built';
  const right = (part: keyof DriverRecord['bmdeb'], release: string) => (record: DriverRecord) =>
    isRight(record, outcomeOf(record, part, release));
  const everywhere = (record: DriverRecord) =>
    releases.every((release) => !builds(release)(record) || right('package', release)(record));
  return [
    ['drivers', `${records.length} (${without.length} without dkms.conf)`],
    ['init ends with 0', of(records, ({ init }) => init.status === 0)],
    [
      '… and needs no option',
      of(records, ({ init }) => init.status === 0 && init.options.length === 0),
    ],
    ['… and leaves no FIXME', of(done, ({ init }) => init.fixmes.length === 0)],
    ['build', of(done, (record) => record.build?.status === 0)],
    ['dpkg-buildpackage, --rules dh', of(withDh, (record) => record.debhelper?.status === 0)],
    ['… both of equal payload', of(withDh, (record) => record.payload?.length === 0)],
    ['verify of the package', of(done, (record) => record.verify?.status === 0)],
    ['build of their own debian/', of(packaged, (record) => record.ownPackaging?.status === 0)],
    [
      '… of payload equal to dpkg-buildpackage’s',
      of(
        packaged.filter((record) => record.ownPackaging?.theirs.status === 0),
        (record) => record.ownPackaging?.payload?.length === 0,
      ),
    ],
    ['lint ends with 0, where there is a dkms.conf', of(withConf, ({ lint }) => lint.status === 0)],
    ...[...releases].reverse().flatMap((release): Count[] => {
      const [conf, none] = [withConf, without].map((each) => each.filter(builds(release)));
      const short = release.replace(/^(\d+\.\d+).*/, '$1');
      return PARTS.flatMap((part): Count[] => [
        [
          `${short}, dkms.conf: modules of bmdeb ${WORDS[part]} right`,
          of(conf ?? [], right(part, release)),
        ],
        [
          `${short}, no dkms.conf: modules of bmdeb ${WORDS[part]} right`,
          of(none ?? [], right(part, release)),
        ],
      ]);
    }),
    [
      'all right: init needs no option, every kernel that can be built is',
      of(
        records.filter((record) => releases.some((release) => builds(release)(record))),
        (record) =>
          record.init.status === 0 && record.init.options.length === 0 && everywhere(record),
      ),
    ],
    ['a command that did not end in time', String(records.filter(hung).length)],
  ];
}

const PARTS = ['tree', 'afterInit', 'package'] as const;
const WORDS = { tree: 'as cloned', afterInit: 'after init', package: 'from the -dkms package' };

function outcomeOf(
  record: DriverRecord,
  part: keyof DriverRecord['bmdeb'],
  release: string,
): Outcome {
  return outcome(judgementFor(record, part).kernels[release], record.bmdeb[part]?.kernels[release]);
}

function hung(record: DriverRecord): boolean {
  const { lint, init, build, debhelper, verify, ownPackaging, bmdeb } = record;
  return [lint, init, build, debhelper, verify, ownPackaging, ...Object.values(bmdeb)].some(
    (step) => step?.status === 124,
  );
}

/** Returns a table with one line for each driver. */
export function driverTable(
  records: readonly DriverRecord[],
  releases: readonly string[],
): string[] {
  const shorts = releases.map((release) => release.replace(/^(\d+\.\d+).*/, '$1'));
  const head = [
    ...['driver', 'dkms.conf', 'init', 'options', 'build', 'dh', 'lint', 'verify'],
    ...shorts.map((short) => `${short}: real; tree, after init, package`),
    'remark',
  ];
  return markdownTable(
    head,
    records.map((record) => [
      record.name,
      record.kind,
      initCell(record),
      record.init.options.join(' '),
      word(record.build),
      record.debhelper?.status === 0 && record.payload?.length
        ? `${record.payload.length} paths differ`
        : word(record.debhelper),
      lintCell(record),
      word(record.verify),
      ...releases.map((release) => kernelCell(record, release)),
      remark(record, releases),
    ]),
  );
}

const word = (step: Step | undefined): string =>
  step === undefined
    ? ''
    : step.status === 0
      ? 'yes'
      : step.status === 124
        ? 'hangs'
        : `${step.status}`;

function initCell({ init }: DriverRecord): string {
  if (init.status !== 0) return word(init);
  return init.fixmes.length === 0 ? 'yes' : `${init.fixmes.length} FIXME`;
}

function lintCell({ lint }: DriverRecord): string {
  const count = Object.values(lint.findings).reduce((sum, each) => sum + each, 0);
  return lint.status === 0 ? String(count) : word(lint);
}

const SIGNS: Readonly<Record<Outcome, string>> = {
  same: '=',
  code: '=',
  names: '~',
  differs: '**≠**',
  missing: '**–**',
  'fails too': '·',
  more: '+',
};

/** Returns `2; = = =` if the real tools build two modules, and bmdeb builds the same ones in all three PARTS. */
function kernelCell(record: DriverRecord, release: string): string {
  const real = record.judgement.kernels[release];
  const signs = PARTS.map((part) => SIGNS[outcomeOf(record, part, release)]);
  const built = real?.status === 'built' ? Object.keys(real.modules).length : real?.status;
  return `${built ?? ''}; ${signs.join(' ')}`;
}

/** Returns the first failure that only dkms-deb has; else the first failure of the real tools; else ''. */
function remark(record: DriverRecord, releases: readonly string[]): string {
  if (record.init.status !== 0) return record.init.error.slice(0, 110);
  for (const step of [record.build, record.debhelper, record.verify]) {
    if (step && step.status !== 0) return step.error.slice(0, 110);
  }
  for (const part of PARTS) {
    const step = record.bmdeb[part];
    for (const release of releases) {
      if (step === undefined || outcomeOf(record, part, release) !== 'missing') continue;
      return (step.kernels[release]?.reason || step.error).slice(0, 110);
    }
  }
  const failed = releases.map((release) => record.judgement.kernels[release]?.reason).find(Boolean);
  return failed ?? '';
}
