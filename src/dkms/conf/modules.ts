import type { Complaint } from './complaint.ts';
import type { Directive } from './directives.ts';
import type { EvaluatedConf } from './evaluate.ts';

/** One record of the module arrays: the module that kbuild makes, and the name under which it is installed. */
export interface ModuleRecord {
  readonly index: number;
  /** The built file's name without .ko: BUILT_MODULE_NAME, or PACKAGE_NAME if the only module does not set it. */
  readonly builtName: string;
  /** The value of BUILT_MODULE_LOCATION: a directory of the build tree, with a final slash, or empty. */
  readonly builtLocation: string;
  readonly installedName: string;
  readonly strip: boolean;
  /** Why this module is not built for the kernel (exclusionOf); undefined if it is built. */
  readonly excluded?: string | undefined;
}

const NAME_DIRECTIVES = [
  'BUILT_MODULE_NAME',
  'BUILT_MODULE_LOCATION',
  'DEST_MODULE_NAME',
  'DEST_MODULE_LOCATION',
] as const;

/**
 * The most records that a dkms.conf may have. A file with more is an error. DKMS needs a record for each index up to
 * the highest. No known driver has so many.
 */
const MOST_RECORDS = 4096;

/**
 * Returns the records of the module arrays with DKMS's defaults, and adds the complaints of DKMS and of dkms-deb about
 * the records to `complaints`. Returns no record if there are more than MOST_RECORDS. There is a record for each index
 * up to the highest (dkms.in v3.4.3, read_conf). Two records must not be for the same module (read_conf_strict). DKMS
 * before 3.1.7 ignores a record that is equal to an earlier one, but newer versions refuse it. Such a record is not
 * returned, and the complaint about it is added to `unsupported`.
 */
export function readModules(
  evaluated: EvaluatedConf,
  packageName: string,
  complaints: Complaint[],
  unsupported: Complaint[],
): ModuleRecord[] {
  const value = (name: string, index: number) => evaluated.values.get(name)?.get(index) ?? '';
  const indices = NAME_DIRECTIVES.flatMap((name) => [
    ...(evaluated.values.get(name)?.keys() ?? []),
  ]);
  const count = indices.reduce((most, index) => Math.max(most, index + 1), 0);
  const records: ModuleRecord[] = [];
  if (count > MOST_RECORDS) {
    complaints.push({
      kind: 'too-many-records',
      directive: undefined,
      index: count - 1,
      words: `dkms.conf: Error! Record #${count - 1} of the module arrays: an index must be below ${MOST_RECORDS}, because DKMS needs a record for each index up to the highest.`,
    });
    return records;
  }
  for (let index = 0; index < count; index++) {
    const builtName = value('BUILT_MODULE_NAME', index) || (count === 1 ? packageName : '');
    const installedName = value('DEST_MODULE_NAME', index) || builtName;
    const location = value('BUILT_MODULE_LOCATION', index);
    const builtLocation = location === '' || location.endsWith('/') ? location : `${location}/`;
    checkRecord(index, builtName, installedName, value('DEST_MODULE_LOCATION', index), complaints);
    checkPath(index, builtLocation, builtName, installedName, complaints);
    const strip = stripOf(value('STRIP', index), value('STRIP', 0));
    const record = { index, builtName, builtLocation, installedName, strip };
    if (builtName !== '' && records.some((other) => isSame(other, record))) {
      unsupported.push({
        kind: 'duplicate',
        directive: 'BUILT_MODULE_NAME',
        index,
        words: `dkms.conf: Error! Duplicate module '${builtLocation}${builtName}' in 'BUILT_MODULE_NAME[${index}]': DKMS before 3.1.7 accepts it, newer versions refuse the file`,
      });
    } else records.push(record);
  }
  reportDuplicates(records, 'BUILT_MODULE_NAME', (r) => r.builtLocation + r.builtName, complaints);
  reportDuplicates(records, 'DEST_MODULE_NAME', (r) => r.installedName, complaints);
  return records;
}

function checkRecord(
  index: number,
  builtName: string,
  installedName: string,
  location: string,
  complaints: Complaint[],
): void {
  if (!builtName) {
    complaints.push({
      kind: 'missing',
      directive: 'BUILT_MODULE_NAME',
      index,
      words: `dkms.conf: Error! No 'BUILT_MODULE_NAME' directive specified for record #${index}.`,
    });
  }
  for (const [directive, name] of [
    ['BUILT_MODULE_NAME', builtName],
    ['DEST_MODULE_NAME', installedName],
  ] as const) {
    if (!/\.k?o$/.test(name)) continue;
    complaints.push({
      kind: 'suffix',
      directive,
      index,
      words: `dkms.conf: Error! '${directive}' directive ends in '.o' or '.ko' in record #${index}.`,
    });
  }
  if (location === '') {
    complaints.push({
      kind: 'missing',
      directive: 'DEST_MODULE_LOCATION',
      index,
      words: `dkms.conf: Error! No 'DEST_MODULE_LOCATION' directive specified for record #${index}.`,
    });
  } else if (!/^\/(kernel|updates|extra)/.test(location)) {
    complaints.push({
      kind: 'destination',
      directive: 'DEST_MODULE_LOCATION',
      index,
      words: `dkms.conf: Error! Directive 'DEST_MODULE_LOCATION' does not begin with '/kernel', '/updates', or '/extra' in record #${index}.`,
    });
  }
}

/**
 * Checks the names and locations of a module, because DKMS does not: they become file names in a package, and must
 * not lead out of the tree.
 */
function checkPath(
  index: number,
  location: string,
  builtName: string,
  installedName: string,
  complaints: Complaint[],
): void {
  const name = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;
  for (const [directive, value] of [
    ['BUILT_MODULE_NAME', builtName],
    ['DEST_MODULE_NAME', installedName],
  ] as const) {
    if (value === '' || name.test(value)) continue;
    complaints.push({
      kind: 'bad-name',
      directive,
      index,
      words: `dkms.conf: Error! '${directive}' ${JSON.stringify(value.slice(0, 60))} is not a module name in record #${index}.`,
    });
  }
  const leads = location.split('/').includes('..') || location.includes('\n');
  if (location.startsWith('/') || leads) {
    complaints.push({
      kind: 'bad-name',
      directive: 'BUILT_MODULE_LOCATION',
      index,
      words: `dkms.conf: Error! 'BUILT_MODULE_LOCATION' ${JSON.stringify(location.slice(0, 60))} cannot be a directory of the tree in record #${index}.`,
    });
  }
}

/**
 * Whether DKMS strips the module. A value of STRIP that begins with `n` says no, any other value yes. STRIP[0] is
 * the default for the other modules.
 */
function stripOf(own: string, first: string): boolean {
  return !/^n/i.test(own || first);
}

function reportDuplicates(
  records: readonly ModuleRecord[],
  directive: Directive,
  key: (record: ModuleRecord) => string,
  complaints: Complaint[],
): void {
  const seen = new Set<string>();
  for (const record of records) {
    const name = key(record);
    if (name !== '' && seen.has(name)) {
      complaints.push({
        kind: 'duplicate',
        directive,
        index: record.index,
        words: `dkms.conf: Error! Duplicate module '${name}' in '${directive}[${record.index}]'.`,
      });
    }
    seen.add(name);
  }
}

function isSame(one: ModuleRecord, other: ModuleRecord): boolean {
  return (
    one.builtName === other.builtName &&
    one.builtLocation === other.builtLocation &&
    one.installedName === other.installedName &&
    one.strip === other.strip
  );
}
