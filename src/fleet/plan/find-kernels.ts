import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { chooseKernels, type KernelFilter, nameOf } from '../../archives/kernels/choose-kernels.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { offeredToolchain } from '../../pipelines/archive-kernels/offered-toolchain.ts';
import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { Reporter } from '../../report/reporter.ts';
import { globExpression } from '../../system/files/glob.ts';
import type { PlannedKernel, PlannedToolchain } from './plan-document.ts';

/** Says for which kernels a build may fail without a failure of the whole run. */
export interface Requirement {
  /**
   * Glob patterns of the kernels for which the builds must succeed, except those in `allowFailure`. If undefined, the
   * builds for all kernels must succeed.
   */
  readonly required: readonly string[] | undefined;
  readonly allowFailure: readonly string[];
}

/**
 * Returns the kernels of archives that match the filter, in the form in which a plan contains them. A kernel whose
 * headers are incomplete is left out with a warning; of kernels with the same id only the first is returned. Throws the
 * errors of chooseKernels.
 */
export function findKernels(
  archives: Pick<OpenArchives, 'kernels' | 'host'>,
  filter: KernelFilter,
  requirement: Requirement,
  reporter: Reporter,
): PlannedKernel[] {
  const found = new Map<string, PlannedKernel>();
  for (const kernel of chooseKernels(archives.kernels, filter, reporter)) {
    if (kernel.missing.length > 0) {
      reporter.warn(
        `kernel ${nameOf(kernel)} is left out: no package list has ${kernel.missing.join(', ')} in a version that fits`,
        'Name the other suites or sources of the archive, too.',
      );
      continue;
    }
    const planned = plannedKernel(kernel, archives.host, isRequired(nameOf(kernel), requirement));
    // Of several kernels with the same id only the first is used, as in bmdeb: their packages would have the same
    // file name.
    if (!found.has(planned.id)) found.set(planned.id, planned);
  }
  return [...found.values()];
}

function plannedKernel(kernel: StoredKernel, host: string, required: boolean): PlannedKernel {
  const name = nameOf(kernel);
  const { release, version, architecture, base, suites, flavour, compiler, libc, parts } = kernel;
  return {
    id: `${name}_${version}_${architecture}`,
    name,
    release: release ?? null,
    base,
    suites: [...suites],
    architecture,
    version,
    source: kernel.package.source,
    flavour,
    family: familyOfRelease(name),
    required,
    parts: parts.map((part) => ({
      name: part.name,
      version: part.version,
      architecture: part.architecture,
      sha256: part.sha256,
      size: part.size,
      uri: `${part.index.uri.replace(/\/?$/, '/')}${part.fileName}`,
    })),
    libc: libc ?? null,
    compiler: compiler ?? null,
    toolchain: compiler === undefined ? null : toolchainId(base, compiler, architecture, host),
  };
}

function isRequired(name: string, { required, allowFailure }: Requirement): boolean {
  const matches = (pattern: string) => globExpression(pattern).test(name);
  return (required?.some(matches) ?? true) && !allowFailure.some(matches);
}

function toolchainId(base: string, compiler: string, architecture: string, host: string): string {
  const cross = architecture === host ? '' : `-on-${host}`;
  return `${base}-${compiler}-${architecture}${cross}`.replace(/[^A-Za-z0-9.+~:_-]/g, '_');
}

/**
 * Returns the compilers that kernels need, each with the packages that apt chooses now. A compiler that only the
 * headers name is left out. Throws KernelError `no-toolchain`.
 */
export async function findToolchains(
  archives: OpenArchives,
  kernels: readonly PlannedKernel[],
): Promise<PlannedToolchain[]> {
  const found = new Map<string, PlannedToolchain>();
  for (const { toolchain, base, compiler, architecture } of kernels) {
    if (toolchain === null || compiler === null || found.has(toolchain)) continue;
    const wish = { compiler, target: architecture, host: archives.host };
    const { packages } = await offeredToolchain(archives, base, wish);
    found.set(toolchain, {
      id: toolchain,
      base,
      compiler,
      architecture,
      packages: packages.map((one) => ({
        name: one.name,
        version: one.version,
        architecture: one.architecture,
        sha256: one.sha256,
        ...(one.uri !== undefined && { uri: one.uri }),
      })),
    });
  }
  return [...found.values()];
}
