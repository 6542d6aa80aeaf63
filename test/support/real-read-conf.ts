import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';

/** The installed dkms, or the script DKMS_SCRIPT: DKMS_SCRIPT=… npx vitest run test/interop/dkms. */
const DKMS = process.env.DKMS_SCRIPT ?? '/usr/sbin/dkms';

/** The variables that DKMS's read_conf sets. */
export interface RealConf {
  /** The return value of read_conf, or the exit status. */
  readonly status: number;
  readonly errors: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

/** Returns the functions of the installed DKMS, without the code that runs a command. */
const HARNESS = `
source "$1"
[[ $(type -t read_conf) = function ]] || exit 99
conf_file=$2 answers=$3 kernelver=$4 arch=$5 module=$6 module_version=$7
umask 022
current_os=Linux running_distribution=debian install_tree=/lib/modules tmp_location=\${TMPDIR:-/tmp}
dkms_tree=/var/lib/dkms source_tree=/usr/src
read_conf=read_conf
[[ $(type -t read_conf_strict) = function ]] && read_conf=read_conf_strict
$read_conf "$kernelver" "$arch" "$conf_file"
status=$?
say() { printf '%s=%s\\0' "$1" "$2" >>"$answers"; }
say status "$status"
for name in package_name package_version pre_build post_build build_exclude AUTOINSTALL make_command; do
    say "$name" "\${!name}"
done
for name in built_module_name built_module_location dest_module_name strip patch_array BUILD_DEPENDS; do
    declare -n array=$name
    for i in "\${!array[@]}"; do say "$name[$i]" "\${array[$i]}"; done
    unset -n array
done
if [[ $(type -t check_build_exclusive_for_module) = function ]]; then
    for ((i = 0; i < num_modules; i++)); do
        check_build_exclusive_for_module "$i" "$kernelver" "$arch" || say "excluded[$i]" yes
    done
fi
`;

/**
 * Returns major and minor version of DKMS. Version 3.2 added conditions for single modules, 3.3 sparse
 * arrays.
 */
export async function dkmsVersion(): Promise<'3.0' | 'newer'> {
  const text = await readFile(DKMS, 'utf8');
  return text.includes('check_build_exclusive_for_module') ? 'newer' : '3.0';
}

/** Lets the installed DKMS read a dkms.conf for a kernel. `directory` must be private. */
export async function realReadConf(
  directory: string,
  confFile: string,
  kernel: { release: string; machine: string },
  identity: { name: string; version: string },
): Promise<RealConf> {
  const text = await readFile(DKMS, 'utf8');
  const functions = join(directory, 'dkms-functions');
  await writeFile(functions, text.slice(0, text.indexOf('#### Program Starts Here')));
  const answers = join(directory, 'answers');
  await writeFile(answers, '');
  const result = await run(
    'bash',
    [
      ...['--norc', '--noprofile', '-c', HARNESS, 'dkms', functions, confFile, answers],
      ...[kernel.release, kernel.machine, identity.name, identity.version],
    ],
    { accept: ANY_STATUS, cwd: directory, timeoutSeconds: 60 },
  );
  if (result.exitStatus === 99) throw new Error(`${DKMS} has no read_conf`);
  const values = new Map<string, string>();
  for (const record of (await readFile(answers, 'utf8')).split('\0')) {
    const at = record.indexOf('=');
    if (at > 0) values.set(record.slice(0, at), record.slice(at + 1));
  }
  const errors = result.stderr
    .replace("does not begin with\n'/kernel'", "does not begin with '/kernel'")
    .replaceAll("does not begin with\n'/kernel'", "does not begin with '/kernel'")
    .split('\n')
    .filter((line) => line.startsWith('dkms.conf: Error!'));
  return { status: Number(values.get('status') ?? (result.exitStatus || 1)), errors, values };
}
