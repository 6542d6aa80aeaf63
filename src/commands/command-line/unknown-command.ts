import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';

/** Actions of DKMS 2.8 that dkms-deb does not have, each with a hint about its replacement. */
const REPLACED: Readonly<Record<string, string>> = {
  mkkmp:
    'Build the source package with dkms-deb rpm -S, and let the Open Build Service build it; for Debian kernels, use dkms-deb bmdeb.',
  mkdriverdisk:
    'Ubuntu has no driver disks now: use dkms-deb bmdeb. For SUSE, give RPM packages to mkdud; for Anaconda, give their URL to inst.dd (docs/guides/rpm.md).',
};

/** Returns the error for a command that is not one of `names`. */
export function unknownCommand(name: string, names: readonly string[]): UsageError {
  if (Object.hasOwn(REPLACED, name)) {
    return new UsageError(`${name} of DKMS 2.8 is not part of dkms-deb`, {
      hint: REPLACED[name] ?? '',
    });
  }
  return new UsageError(`unknown command ${JSON.stringify(name)}`, {
    hint: `${didYouMean(name, names)}See dkms-deb --help.`,
  });
}
