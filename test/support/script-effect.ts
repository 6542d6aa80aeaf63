import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/**
 * The arguments with which dpkg calls maintainer scripts (Policy 6.5) on the first installation and an
 * upgrade.
 */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  preinst: [['install'], ['install', '0.9'], ['upgrade', '0.9', '1.0'], ['abort-upgrade', '1.0']],
  postinst: [
    ['configure', ''],
    ['configure', '0.9'],
    ['abort-upgrade', '1.0'],
    ['abort-remove'],
    ['triggered', 'x'],
  ],
  prerm: [
    ['remove'],
    ['upgrade', '1.0'],
    ['deconfigure', 'in-favour', 'x', '1'],
    ['failed-upgrade', '0.9'],
  ],
  postrm: [['remove'], ['purge'], ['upgrade', '1.0'], ['disappear', 'x', '1']],
};

const RECORD =
  '#!/bin/sh\nprintf "%s:" "$(basename "$0")" >>"$RECORD"; printf " [%s]" "$@" >>"$RECORD"; echo >>"$RECORD"\n';

/**
 * Returns the effect of a maintainer script for each of dpkg's calls: the programs that it runs with their
 * arguments, and its exit status. dkms, its common.postinst and the `recorded` programs are replaced by
 * programs that only record their calls. `paths` are replaced in the script: text → text.
 */
export async function scriptEffect(
  name: string,
  text: string,
  directory: string,
  options: { recorded?: readonly string[]; paths?: Readonly<Record<string, string>> } = {},
): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const recorder = join(directory, 'common.postinst');
  await writeFile(recorder, RECORD, { mode: 0o755 });
  const status = RECORD.replace('#!/bin/sh\n', '#!/bin/sh\n[ "$1" != status ] || echo "added"\n');
  await writeFile(join(directory, 'dkms'), status, { mode: 0o755 });
  await writeFile(join(directory, 'dpkg-maintscript-helper'), RECORD, { mode: 0o755 });
  for (const program of options.recorded ?? []) {
    await writeFile(join(directory, program), RECORD, { mode: 0o755 });
  }
  const script = join(directory, name);
  const paths = { '/usr/lib/dkms/common.postinst': recorder, ...options.paths };
  const placed = Object.entries(paths).reduce((now, [from, to]) => now.replaceAll(from, to), text);
  await writeFile(script, placed, { mode: 0o755 });
  const effects: string[] = [];
  for (const args of CALLS[name] ?? []) {
    const record = join(directory, 'record');
    await writeFile(record, '');
    const result = await run(script, args, {
      env: { PATH: `${directory}:/usr/sbin:/usr/bin:/sbin:/bin`, RECORD: record },
      accept: [0, 1, 2, 127],
    });
    effects.push(`${args.join(' ')} → ${result.exitStatus}\n${await readFile(record, 'utf8')}`);
  }
  return effects;
}
