import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { readOsRelease, valueInOsRelease } from '../../system/files/os-release.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/**
 * When DKMS sources dkms.conf, its shell has these variables. Their values differ from build to build. The variables
 * with fixed values are in CONSTANTS.
 */
export const EVALUATION_VARIABLES = [
  'kernelver',
  'arch',
  'module',
  'module_version',
  'dkms_tree',
  'source_tree',
  'install_tree',
  'kernel_source_dir',
  'kernel_config',
  'parallel_jobs',
  'current_kernel',
  'running_distribution',
] as const;

/** The variables with a constant value, in bash's syntax. */
export const CONSTANTS = `
current_os=Linux action=build tmp_location=/tmp verbose= symlink_modules= addon_modules_dir= die_is_fatal=yes
compress_gzip_opts= compress_xz_opts='--check=crc32 --lzma2=dict=1MiB' compress_zstd_opts='-q --rm -T0'
all= binaries_only= source_only= force= force_version_override= kconfig_fromcli= ksourcedir_fromcli=
no_depmod= template_kernel= archive_location= try_source_tree= rpm_safe_upgrade= build_environment=
module_uncompressed_suffix=.ko module_suffix=.ko module_compressed_suffix=
`;

/** The functions of dkms.in that are of use in a dkms.conf, in bash's syntax. All others are missing here. */
export const FUNCTIONS = `
VER() {
    echo "$1" | sed -e 's:\\([^0-9]\\)\\([0-9]\\):\\1 \\2:g' -e 's:\\([0-9]\\)\\([^0-9]\\):\\1 \\2:g' \\
        -e 's:\\(.*\\): \\1 :' -e 's: \\([0-9]\\) : 00\\1 :g' -e 's: \\([0-9][0-9]\\) : 0\\1 :g' -e 's: ::g'
}
get_num_cpus() { echo "$parallel_jobs"; }
distro_version() { echo "$running_distribution"; }
error() ( exec >&2; echo ""; echo -n "Error! "; for s in "$@"; do echo "$s"; done )
warn() ( exec >&2; echo -n "Warning: "; for s in "$@"; do echo "$s"; done )
deprecated() ( exec >&2; echo -n "Deprecated feature: "; for s in "$@"; do echo "$s"; done )
die() { ret=$1; shift; error "$@"; exit "$ret"; }
`;

export type DkmsVariables = Readonly<Record<(typeof EVALUATION_VARIABLES)[number], string>>;

export function dkmsVariables(context: EvaluationContext): DkmsVariables {
  const { kernel, identity, dkmsTree, sourceTree, jobs } = context;
  return {
    kernelver: kernel.release,
    arch: kernel.machine,
    module: identity?.name ?? '',
    module_version: identity?.version ?? '',
    dkms_tree: dkmsTree ?? '/var/lib/dkms',
    source_tree: sourceTree ?? '/usr/src',
    install_tree: '/lib/modules',
    kernel_source_dir: kernel.directory,
    kernel_config: kernel.configFile ?? join(kernel.directory, '.config'),
    // By default there is one job for each processor, as in DKMS (get_num_cpus).
    parallel_jobs: String(jobs ?? availableParallelism()),
    current_kernel: release(),
    running_distribution: distribution(),
  };
}

/** Returns the values of DKMS's variables in the order of EVALUATION_VARIABLES. */
export function evaluationArguments(context: EvaluationContext): string[] {
  const variables = dkmsVariables(context);
  return EVALUATION_VARIABLES.map((name) => variables[name]);
}

let known: string | undefined;

/**
 * Returns the distribution that DKMS's function distro_version prints: `ubuntu`, or the whole ID_LIKE of any other
 * distribution, or ID if it has no ID_LIKE.
 */
function distribution(): string {
  if (known !== undefined) return known;
  // Without a file os-release, dkms itself does not run, so any answer will do.
  const text = readOsRelease() ?? 'ID=debian';
  const id = valueInOsRelease(text, 'ID') ?? '';
  known = id === 'ubuntu' ? id : (valueInOsRelease(text, 'ID_LIKE') ?? id);
  return known;
}
