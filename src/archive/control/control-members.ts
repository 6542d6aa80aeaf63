import { ArchiveError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';
import type { PackedPaths } from '../tar/packed-paths.ts';
import { checkConffiles } from './check-conffiles.ts';
import { checkControlFile } from './check-control-file.ts';
import { checkMd5sums } from './check-md5sums.ts';
import { checkTriggers } from './check-triggers.ts';

/** A file of control.tar: control, md5sums, conffiles, triggers, preinst … (deb(5)). */
export interface ControlMember {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mode: number;
}

/** Returns a file of control.tar that is not a script, such as control and md5sums. */
export function plainMember(name: string, content: string | Buffer): ControlMember {
  return { name, bytes: Buffer.from(content), mode: 0o644 };
}

const MAINTAINER_SCRIPTS: readonly string[] = ['preinst', 'postinst', 'prerm', 'postrm', 'config'];
/**
 * `list` is not allowed, because dpkg stores its own list of the package's files under this name (lib/dpkg/infodb).
 */
const RESERVED = 'list';
const MOST_NAME_BYTES = 50;

type Check = (bytes: Buffer, tree: PackedPaths) => void;
const CHECKS: Readonly<Record<string, Check>> = {
  control: checkControlFile,
  conffiles: checkConffiles,
  md5sums: checkMd5sums,
  triggers: checkTriggers,
};

/**
 * Checks the files of control.tar. Throws ArchiveError for everything that dpkg-deb refuses to build (build.c,
 * check_control_area) or that dpkg would refuse on installation: `control-missing`, `control-name`, `control-mode`,
 * `duplicate-entry`, and the errors of CHECKS.
 */
export function checkControlMembers(members: readonly ControlMember[], tree: PackedPaths): void {
  const names = new Set<string>();
  for (const { name, bytes, mode } of members) {
    checkName(name);
    if (names.has(name)) {
      throw new ArchiveError('duplicate-entry', `two control files have the name ${name}`, {
        hint: 'Merge the contents of the two files, or remove one file.',
      });
    }
    names.add(name);
    checkMode(name, mode);
    CHECKS[name]?.(bytes, tree);
  }
  if (!names.has('control')) {
    throw new ArchiveError('control-missing', 'the package has no control file', {
      hint: 'Add a control file with at least Package, Version, Architecture, Maintainer and Description.',
    });
  }
}

/**
 * Checks name and contents of one file of control.tar. Throws ArchiveError if dpkg would refuse one of them. The mode
 * of a script is not checked, because dpkg sets it itself (script.c).
 */
export function checkControlMember(name: string, bytes: Buffer, tree: PackedPaths): void {
  checkName(name);
  CHECKS[name]?.(bytes, tree);
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9+.-]*$/.test(name) && name.length <= MOST_NAME_BYTES) {
    if (name !== RESERVED) return;
  }
  throw new ArchiveError(
    'control-name',
    `${showPath(name)} is not allowed as the name of a control file`,
    {
      hint: 'Use control, md5sums, conffiles, triggers, templates or a maintainer script.',
    },
  );
}

function checkMode(name: string, mode: number): void {
  const isScript = MAINTAINER_SCRIPTS.includes(name);
  const known = Number.isInteger(mode) && mode >= 0 && mode <= 0o777;
  if (known && (!isScript || (mode & 0o7557) === 0o555)) return;
  const rule = isScript
    ? 'a maintainer script needs 0555 to 0775'
    : 'a control file has permission bits only';
  throw new ArchiveError(
    'control-mode',
    `the control file ${name} has mode ${Number(mode).toString(8)}: ${rule}`,
    { hint: isScript ? 'Use 0755.' : 'Use 0644, without type or setuid bits.' },
  );
}
