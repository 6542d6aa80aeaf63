import { UsageError } from '../../errors.ts';
import type { PackageArguments } from './package-options.ts';

/**
 * The options that only Debian packages support, each with a test whether it is given, and with a hint.
 */
const ONLY_DEB: readonly (readonly [string, (args: PackageArguments) => boolean, string])[] = [
  ['--dbgsym', (args) => args.dbgsym, 'Leave --dbgsym out: RPM packages have no debug data.'],
  [
    '--changes',
    (args) => args.changes,
    'Leave --changes out: RPM repositories need no .changes file.',
  ],
  [
    '--meta',
    (args) => args.meta !== undefined,
    'Leave --meta out: require NAME-kmod in a package of your own.',
  ],
  [
    '--initramfs',
    (args) => args.initramfs !== 'never',
    'Leave --initramfs out, and call dracut where the driver is needed to boot.',
  ],
  [
    '--dkms-relation',
    (args) => args.dkmsRelation !== 'coexist',
    'Leave --dkms-relation out: the RPM packages always conflict with NAME-dkms.',
  ],
  [
    '--kernel-package',
    (args) => args.kernelPackage !== undefined,
    'Leave --kernel-package out: RPM packages require kernel-uname-r, which the packages of all kernels provide.',
  ],
  [
    '--kernel-dep',
    (args) => args.kernelDep === 'name',
    'Use --kernel-dep none, or leave --kernel-dep out: an RPM package of modules requires the exact release of its kernel.',
  ],
];

/**
 * Throws UsageError for options that packages in the chosen format do not support. `fromArchives` is true if the
 * kernels come from apt archives.
 */
export function refuseForRpm(args: PackageArguments, fromArchives: boolean): void {
  if (args.format !== 'rpm') return;
  if (fromArchives) {
    throw new UsageError('--format rpm cannot be combined with --suite, --sources or --offline', {
      hint: 'Unpack a kernel-devel package and name its directory with --headers.',
    });
  }
  const found = ONLY_DEB.find(([, isGiven]) => isGiven(args));
  if (found === undefined) return;
  const [option, , hint] = found;
  throw new UsageError(`--format rpm cannot be combined with ${option}`, { hint });
}
