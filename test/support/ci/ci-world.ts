import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../example.ts';
import { withKeyring } from '../gpg-keys.ts';
import { cached, DKMS_DEB } from '../project.ts';
import { call, dkmsDebLines, type Sandbox } from '../sandbox.ts';

/** A git server with the repository of a fleet, and a machine of a CI system without network. */
export interface CiWorld {
  /** The bare repository. */
  readonly origin: string;
  /** A clone of it, in which the fleet is kept. */
  readonly clone: string;
  /** The environment of jobs, with programs that replace apt-get and curl. */
  readonly env: Readonly<Record<string, string>>;
  /** The secret key of the repository, and that of the modules. */
  readonly archiveKey: string;
  readonly moduleKey: string;
  git(...args: string[]): Promise<string>;
  /** Commits everything in the clone and pushes it. */
  push(): Promise<void>;
  /** Returns the files that the branch of the repository has; [] if there is no branch. */
  published(): Promise<string[]>;
}

/** apt-get and curl would change this machine, and need a network: test/e2e/ci-files.test.ts runs them in a root. */
const IDLE = '#!/bin/sh\nexit 0\n';

/**
 * Calls `work` with the repository of a fleet of hello for trixie's newest kernel, with the pipeline of a CI system.
 */
export async function withCiWorld(
  sandbox: Sandbox,
  system: string,
  work: (world: CiWorld) => Promise<void>,
): Promise<void> {
  const { directory } = sandbox;
  const [origin, clone, bin] = ['origin.git', 'clone', 'bin'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const store = process.env.CI_STORE ?? cached('kernel-store');
  await mkdir(bin);
  await program(join(bin, 'apt-get'), IDLE);
  await program(join(bin, 'curl'), IDLE);
  await program(
    join(bin, 'dkms-deb'),
    `#!/bin/sh
case $1 in plan|run) set -- "$@" --offline --store ${store} ;; esac
PATH=${sandbox.env.PATH} exec ${DKMS_DEB} "$@"
`,
  );
  const env = { ...sandbox.env, PATH: `${bin}:${sandbox.env.PATH}`, DKMS_DEB_URL: 'file:///none' };
  const git = async (...args: string[]) => {
    const all = ['-c', 'user.name=e', '-c', 'user.email=e@example.org', ...args];
    const { exitStatus, stdout, output } = await call(sandbox, 'git', all, { cwd: clone });
    if (exitStatus !== 0) throw new Error(`git ${args.join(' ')}:\n${output}`);
    return stdout.trim();
  };
  await run('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  await run('git', ['init', '-q', '-b', 'main', clone]);
  await git('remote', 'add', 'origin', origin);
  await exampleDirectory('hello', clone);
  const moduleKey = join(directory, 'module.key');
  await makeCertificate(moduleKey, join(clone, 'cert.pem'));
  await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
    const archiveKey = join(directory, 'archive.key');
    const fingerprint = await makeKey('archive');
    await gpg('--armor', '--output', archiveKey, '--export-secret-keys', fingerprint);
    await gpg('--armor', '--output', join(clone, 'archive.asc'), '--export', fingerprint);
    await writeFile(
      join(clone, 'dkms-deb.yaml'),
      `drivers: [hello]
suites: [trixie]
latest: 1
flavours: [amd64]
meta: lockstep
sign: {certificate: cert.pem}
repository: {path: site, keys: [archive.asc], origin: Acme}
`,
    );
    await dkmsDebLines(sandbox, ['ci', system], { cwd: clone });
    const push = async () => {
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', 'Change the fleet');
      await git('push', '-q', 'origin', 'main');
    };
    await push();
    const published = async () => {
      const branch = await git('ls-remote', 'origin', 'refs/heads/packages');
      if (branch === '') return [];
      await git('fetch', '-q', 'origin', '+refs/heads/packages:refs/test/packages');
      return (await git('ls-tree', '-r', '--name-only', 'refs/test/packages')).split('\n');
    };
    await work({ origin, clone, env, archiveKey, moduleKey, git, push, published });
  });
}

async function program(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

async function makeCertificate(key: string, certificate: string): Promise<void> {
  const subject = ['-subj', '/CN=Acme modules', '-days', '30', '-sha256'];
  const files = ['-keyout', key, '-out', certificate];
  await run('openssl', [
    'req',
    '-new',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    ...subject,
    ...files,
  ]);
}

/** Returns the text of the pipeline in a clone. */
export async function pipelineIn({ clone }: CiWorld, file: string): Promise<string> {
  return readFile(join(clone, file), 'utf8');
}

/** Whether a directory below this one has a file with such a name: nothing secret may stay in a job's directory. */
export async function filesBelow(directory: string): Promise<string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
