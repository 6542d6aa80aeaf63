import { UsageError } from '../../errors.ts';
import { readFlavour } from '../../kernel/flavour.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { type MetaKernel, stageMetaPackage } from '../../package/modules/meta-package.ts';
import type { MetaKind } from '../../package/modules/package-choices.ts';
import { checkPackage } from '../../package/staged-package.ts';

/** The user's choices for metapackages. */
export interface MetaChoices {
  readonly kind: MetaKind;
  /** Whether the metapackages name the devices of the modules (--modalias). */
  readonly modalias: boolean;
  /** The flavour that all kernels get (--flavour). Undefined if each kernel has its own. */
  readonly flavour: string | undefined;
}

/**
 * Reads --meta, --modalias and --flavour. Returns undefined without --meta. If the kernels are of an archive, the
 * metapackages get the flavours that the archive names, and --flavour only chooses kernels. Throws UsageError for
 * options that do not fit together, and for a flavour that cannot be part of a package name.
 */
export function readMetaChoices(
  {
    meta,
    modalias,
    flavour: flavours,
  }: { meta?: MetaKind | undefined; modalias: boolean; flavour: readonly string[] },
  ofArchive: boolean,
): MetaChoices | undefined {
  const wrong = flavours.find((name) => !/^[a-z0-9][a-z0-9+.-]*$/.test(name));
  if (wrong !== undefined) {
    throw new UsageError(`--flavour ${JSON.stringify(wrong.slice(0, 60))} is not a flavour`, {
      hint: 'Name the X of linux-image-X, such as amd64 or 6.12-cloud-amd64.',
    });
  }
  if (!ofArchive && flavours.length > 0) {
    if (meta === undefined) throw new UsageError('--flavour needs --meta or --suite');
    if (flavours.length > 1) throw new UsageError('without --suite, give --flavour only once');
  }
  if (meta === undefined) {
    if (modalias) throw new UsageError('--modalias needs --meta');
    return undefined;
  }
  return { kind: meta, modalias, flavour: ofArchive ? undefined : flavours[0] };
}

/** Returns the flavour in the name of the metapackage for a kernel. `chosen` is the flavour of --flavour. */
export async function flavourFor(kernel: MetaKernel, chosen: string | undefined): Promise<string> {
  return chosen ?? kernel.flavour ?? (await readFlavour(kernel.release));
}

/**
 * Checks the metapackage that a kernel may get after its modules are compiled: its name, its relations and its
 * description. Throws the errors of stageMetaPackage and checkPackage. The field Modaliases is not checked, because only
 * the compiled modules have its value.
 */
export async function checkMeta(
  dkmsName: string,
  kernel: MetaKernel,
  { description, timestamp }: { description: DriverDescription; timestamp: number },
  { kind, flavour: chosen }: MetaChoices,
): Promise<void> {
  const flavour = await flavourFor(kernel, chosen);
  checkPackage(await stageMetaPackage(kind, dkmsName, flavour, kernel, description, { timestamp }));
}
