import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import { machineApt, releaseArchiveKey } from './apt-archive.ts';
import { serveFiles } from './file-server.ts';
import { withKeyring } from './gpg-keys.ts';
import { type OfferedKernels, offeredKernels } from './offered-kernels.ts';
import { dkmsDeb, type Sandbox } from './sandbox.ts';

/** What the scheduled job of a fleet came to. */
interface Round {
  /** The builds of the plan, `driver 6.12.N: reason`. */
  readonly planned: readonly string[];
  /** The exit status of run. */
  readonly exitStatus: number;
  /** The names of the packages that are new in the pool. */
  readonly added: readonly string[];
  /** What publish says. */
  readonly said: string;
}

/** The scheduled job of a fleet: plans what its repository lacks, builds and publishes it. */
type ScheduledJob = () => Promise<Round>;

/** Returns the job of the dkms-deb.yaml in the sandbox. The machine's apt has no sources. */
async function scheduledJob(sandbox: Sandbox): Promise<ScheduledJob> {
  const { directory } = sandbox;
  const options = { env: await machineApt(directory) };
  const call = (...args: string[]) => dkmsDeb(sandbox, args, options);
  const succeed = async (...args: string[]) => {
    const result = await call(...args);
    if (result.exitStatus !== 0) throw new Error(`${args.join(' ')}:\n${result.output}`);
    return result;
  };
  return async () => {
    await succeed('plan', '--only-missing');
    const { tasks } = JSON.parse(await readFile(join(directory, 'plan.json'), 'utf8')) as Plan;
    const planned = tasks
      .flatMap(({ builds }) => builds)
      .map(({ driver, kernel, reason }) => `${driver} ${kernel.replace(/\+.*/, '')}: ${reason}`)
      .sort();
    const { exitStatus } = await call('run');
    const { stdout, stderr } = await succeed('publish', 'results');
    const added = stdout
      .split('\n')
      .filter(Boolean)
      .map((path) => path.replace(/^.*\//, ''))
      .sort();
    return { planned, exitStatus, added, said: stderr };
  };
}

/** A fleet of two drivers for the newest two kernels, its archive of kernels, and a server of both archives. */
export interface Fleet {
  readonly kernels: OfferedKernels;
  /** The address of the kernels as machines see them. */
  readonly mirror: string;
  readonly job: ScheduledJob;
  /** Names the keys that sign the repository from now on; one that does not exist yet is made. */
  signWith(...names: string[]): Promise<void>;
}

/** Calls `work` with a fleet in the sandbox. Its repository is site/. */
export async function withFleet(
  sandbox: Sandbox,
  drivers: readonly string[],
  work: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const { directory } = sandbox;
  const kernels = await offeredKernels(directory);
  const server = await serveFiles(directory);
  const job = await scheduledJob(sandbox);
  try {
    await withKeyring(join(directory, 'gnupg'), async ({ makeKey, gpg }) => {
      const signWith = async (...names: string[]) => {
        for (const name of names) {
          const file = join(directory, name);
          if (existsSync(file)) continue;
          await gpg('--output', file, '--export-secret-keys', await makeKey(name));
        }
        const lines = [
          `drivers: [${drivers}]`,
          `sources: [${kernels.sources}]`,
          'latest: 2',
          'meta: lockstep',
          `repository: {path: site, keys: [${names}], origin: Acme, url: "${server.uri}/site"}`,
        ];
        await writeFile(join(directory, 'dkms-deb.yaml'), `${lines.join('\n')}\n`);
      };
      await work({ kernels, mirror: `${server.uri}/mirror`, job, signWith });
    });
  } finally {
    await server.close();
    await releaseArchiveKey(kernels.key);
  }
}
