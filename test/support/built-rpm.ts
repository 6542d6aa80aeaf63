import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { dkmsDebLines, type Sandbox } from './sandbox.ts';

/** Unpacks an .rpm with rpm's own tool. */
export async function unpackRpm(file: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const script = 'rpm2archive -n - <"$1" | tar -x -C "$2"';
  await run('bash', ['-o', 'pipefail', '-c', script, 'sh', file, directory]);
}

/** Returns the files below a directory: type, whether they are executable, and contents or target. */
export async function describeTree(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(directory, { recursive: true })).sort()) {
    const file = join(directory, name);
    const status = await lstat(file);
    if (status.isSymbolicLink()) found[name] = `-> ${await readlink(file)}`;
    else if (status.isDirectory()) found[name] = 'directory';
    else {
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      found[name] = `${status.mode & 0o111 ? 'x' : '-'} ${digest}`;
    }
  }
  return found;
}

/** Asks rpm about a package file. */
export async function queryRpm(file: string, format: string): Promise<string> {
  return (await run('rpm', ['-qp', '--nosignature', '--qf', format, file])).stdout;
}

/** Builds the .deb and the .rpm of a tree, and returns what both have in a directory such as usr/src. */
export async function buildBoth(sandbox: Sandbox, tree: string, folder: string) {
  const debs = await dkmsDebLines(sandbox, ['build', '-q', '-o', join(sandbox.out, 'deb'), tree]);
  const rpms = await dkmsDebLines(sandbox, ['rpm', '-q', '-o', join(sandbox.out, 'rpm'), tree]);
  const deb = join(sandbox.directory, 'deb-root');
  const rpm = join(sandbox.directory, 'rpm-root');
  await run('dpkg-deb', ['-x', debs.find((file) => file.endsWith('.deb')) ?? '', deb]);
  await unpackRpm(rpms[0] ?? '', rpm);
  return {
    deb: await describeTree(join(deb, folder)),
    rpm: await describeTree(join(rpm, folder)),
    rpms,
  };
}

/** Builds a package with rpmbuild alone, from a spec of a few lines. Returns its path, which is below `parent`. */
export async function rpmOfLines(
  parent: string,
  name: string,
  lines: readonly string[],
): Promise<string> {
  const head = ['Version: 1', 'Release: 1', 'Summary: x', 'License: MIT', 'AutoReqProv: no'];
  const text = [`Name: ${name}`, ...head, ...lines].join('\n');
  const file = join(parent, `${name}.spec`);
  await writeFile(file, `${text}\n`);
  const top = join(parent, `${name}-top`);
  const quiet = ['--define', '__os_install_post %{nil}', '--define', 'debug_package %{nil}'];
  const rpms = ['--define', `_topdir ${top}`, '--define', '_rpmfilename made.rpm'];
  await run('rpmbuild', ['-bb', ...quiet, ...rpms, file], { env: { HOME: parent } });
  return join(top, 'RPMS/made.rpm');
}
