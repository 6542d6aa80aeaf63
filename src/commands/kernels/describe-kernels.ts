import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { nameOf } from '../../archives/kernels/choose-kernels.ts';
import { type HeaderStore, isWhole } from '../../archives/store/header-store.ts';
import { markdownTable } from '../../report/markdown-table.ts';
import { printableLine } from '../../report/printable.ts';
import { formatTable } from '../../report/table.ts';

const HEADING = ['kernel', 'version', 'arch', 'flavour', 'compiler', 'download', 'suites'];

function rowOf(kernel: StoredKernel): string[] {
  const { version, architecture, flavour, compiler, size, suites } = kernel;
  const compilerName = compiler ?? 'unknown';
  return [
    nameOf(kernel),
    version,
    architecture,
    flavour,
    compilerName,
    megabytes(size),
    suites.join(', '),
  ];
}

/** Formats a number of bytes as MB, in powers of 1000 as archives count. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Returns the kernels as lines of a table for people. */
export function describeKernels(kernels: readonly StoredKernel[]): string[] {
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  const rows = kernels.map((kernel) => rowOf(kernel).map(printableLine));
  return formatTable(HEADING, rows, width);
}

/** Returns the kernels as lines of a Markdown table. */
export function markdownOf(kernels: readonly StoredKernel[]): string[] {
  return markdownTable(HEADING, kernels.map(rowOf));
}

/** Returns a kernel as the document of --json contains it. */
export function kernelDocument(kernel: StoredKernel, store: HeaderStore): unknown {
  const { release, version, architecture, flavour, compiler, libc, suites, base, size } = kernel;
  return {
    release: release ?? null,
    package: kernel.package.name,
    version,
    source: kernel.package.source,
    architecture,
    flavour,
    metapackages: kernel.metapackages,
    compiler: compiler ?? null,
    libc: libc ?? null,
    codename: base,
    suites,
    lists: kernel.lists,
    firstSeen: kernel.firstSeen,
    lastSeen: kernel.lastSeen,
    size,
    stored: isWhole(store, kernel),
    missing: kernel.missing,
    packages: kernel.parts.map((part) => ({
      name: part.name,
      version: part.version,
      architecture: part.architecture,
      size: part.size,
      sha256: part.sha256,
    })),
  };
}
