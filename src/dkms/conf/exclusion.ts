import type { KernelConfig } from '../../kernel/config.ts';
import type { Directive } from './directives.ts';
import { type EvaluatedConf, scalar } from './evaluate.ts';
import { compareReleases } from './version-order.ts';

interface Kernel {
  readonly release: string;
  readonly machine: string;
  /**
   * The configuration of the kernel. Undefined if the headers have no configuration. In this case, DKMS ignores
   * conditions on it.
   */
  readonly config: KernelConfig | undefined;
}

/**
 * Returns why module `index` is not built for this kernel, or undefined if it is built (dkms.in v3.4.3,
 * check_build_exclusive_for_module). Element [0] of each directive is a condition for every module; the element with
 * the module's own index is an additional condition for this module.
 */
export function exclusionOf(
  evaluated: EvaluatedConf,
  index: number,
  kernel: Kernel,
): string | undefined {
  for (const i of new Set([0, index])) {
    const reason = exclusionByElement(evaluated, i, kernel);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function exclusionByElement(
  evaluated: EvaluatedConf,
  i: number,
  kernel: Kernel,
): string | undefined {
  const value = (name: Directive) => evaluated.values.get(name)?.get(i) || undefined;
  const mismatch = (name: Directive) =>
    value(name) !== undefined && evaluated.matches.get(name)?.get(i) === false;
  const named = (name: Directive) => `${name}${i === 0 ? '' : `[${i}]`}="${value(name)}"`;

  if (mismatch('BUILD_EXCLUSIVE_KERNEL')) {
    return `${named('BUILD_EXCLUSIVE_KERNEL')} does not match ${kernel.release}`;
  }
  const minimum = value('BUILD_EXCLUSIVE_KERNEL_MIN');
  if (minimum !== undefined && compareReleases(kernel.release, minimum) < 0) {
    return `${kernel.release} is older than ${named('BUILD_EXCLUSIVE_KERNEL_MIN')}`;
  }
  const maximum = value('BUILD_EXCLUSIVE_KERNEL_MAX');
  if (maximum !== undefined && compareReleases(kernel.release, maximum) > 0) {
    return `${kernel.release} is newer than ${named('BUILD_EXCLUSIVE_KERNEL_MAX')}`;
  }
  const obsolete = i === 0 ? obsoleteBy(evaluated) : undefined;
  if (obsolete !== undefined && compareReleases(kernel.release, obsolete) > 0) {
    return `${kernel.release} is newer than OBSOLETE_BY="${obsolete}"`;
  }
  if (mismatch('BUILD_EXCLUSIVE_ARCH')) {
    return `${named('BUILD_EXCLUSIVE_ARCH')} does not match ${kernel.machine}`;
  }
  for (const condition of value('BUILD_EXCLUSIVE_CONFIG')?.split(/\s+/).filter(Boolean) ?? []) {
    const reason = kernel.config && configReason(condition, kernel.config);
    if (reason !== undefined) return `BUILD_EXCLUSIVE_CONFIG: ${reason}`;
  }
  return undefined;
}

/**
 * Returns why a condition of BUILD_EXCLUSIVE_CONFIG fails, or undefined if it holds. For `CONFIG_X`, the value of
 * CONFIG_X must begin with y or m; for `!CONFIG_X`, it must not.
 */
function configReason(condition: string, config: KernelConfig): string | undefined {
  const unwanted = condition.startsWith('!');
  const name = unwanted ? condition.slice(1) : condition;
  const set = /^[ym]/.test(config.get(name) ?? '');
  if (set === !unwanted) return undefined;
  return unwanted ? `${name} is set in this kernel` : `${name} is not set in this kernel`;
}

/**
 * Returns the value of OBSOLETE_BY if no element of BUILD_EXCLUSIVE_KERNEL_MAX is set. Since DKMS 3.1.8, OBSOLETE_BY
 * takes the place of that array in this case. Returns undefined if an element is set, or without OBSOLETE_BY.
 */
function obsoleteBy(evaluated: EvaluatedConf): string | undefined {
  const maxima = [...(evaluated.values.get('BUILD_EXCLUSIVE_KERNEL_MAX')?.values() ?? [])];
  return maxima.some((value) => value !== '') ? undefined : scalar(evaluated, 'OBSOLETE_BY');
}
