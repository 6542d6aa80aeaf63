import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ciSettings } from '../../../src/fleet/ci/ci-settings.ts';
import { jobSteps } from '../../../src/fleet/ci/job-steps.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { type SshServer, withSshServer } from '../../support/ssh-server.ts';

/** Publishes: adds a file to the pool, and replaces the signed index. */
const PUBLISH = `#!/bin/sh
set -e
case $1 in
publish) mkdir -p site/pool site/dists/trixie
  ls site/pool >site/dists/trixie/Packages
  echo "$(wc -l <site/dists/trixie/Packages) signed" >site/dists/trixie/InRelease
  : >"site/pool/$(ls site/pool | wc -l).deb" ;;
status) echo '<title>' ;;
esac
`;

interface Job {
  /** The directory on the server. */
  readonly served: string;
  /** Runs the publishing job in a new directory. Returns its exit status and what it said. */
  publish(server: Pick<SshServer, 'identity' | 'knownHosts'>): Promise<[number, string]>;
  readonly server: SshServer;
}

async function withJob(work: (job: Job) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('rsync', async (directory) => {
    await withSshServer(join(directory, 'ssh'), async (server) => {
      const [bin, served] = [join(directory, 'bin'), join(directory, 'www')];
      for (const path of [bin, served]) await mkdir(path);
      const programs = {
        'dkms-deb': PUBLISH,
        // The port of a real server is 22; root's own configuration of ssh must not matter.
        ssh: `#!/bin/sh\nexec /usr/bin/ssh -F none -o IdentitiesOnly=yes -p ${server.port} "$@"\n`,
      };
      for (const [name, text] of Object.entries(programs)) {
        await writeFile(join(bin, name), text);
        await chmod(join(bin, name), 0o755);
      }
      const settings = ciSettings('dkms-deb.yaml', {
        drivers: ['.'],
        repository: { keys: ['F'.repeat(40)], url: 'https://packages.example.org' },
        ci: { rsync: `127.0.0.1:${served}` },
      });
      let jobs = 0;
      const publish: Job['publish'] = async ({ identity, knownHosts }) => {
        const cwd = join(directory, `job${jobs++}`);
        await mkdir(cwd);
        const { exitStatus, output } = await run('bash', ['-ec', jobSteps(settings, 0).publish], {
          cwd,
          accept: ANY_STATUS,
          env: {
            PATH: `${bin}:${process.env.PATH}`,
            ARCHIVE_KEY: 'key',
            DEPLOY_KEY: identity,
            KNOWN_HOSTS: knownHosts,
          },
        });
        return [exitStatus, output];
      };
      await work({ served, publish, server });
    });
  });
}

test('the job with rsync takes the repository from a server by ssh, and brings it back', async () => {
  await withJob(async ({ served, publish, server }) => {
    for (const count of [1, 2, 3]) {
      const [status, output] = await publish(server);
      expect(status, output).toBe(0);
      // Each job has found what the one before has left there.
      expect(await readdir(join(served, 'pool'))).toHaveLength(count);
      const inRelease = await readFile(join(served, 'dists/trixie/InRelease'), 'utf8');
      expect(inRelease).toBe(`${count - 1} signed\n`);
    }
    expect(await readdir(served)).toContain('index.html');
  });
});

test('a server with another host key, and a key that it does not know, end the job before it publishes', async () => {
  await withJob(async ({ served, publish, server }) => {
    const other = join(served, '../other');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const [refused, denied] = await publish({ ...server, identity: other });
    expect([refused, denied]).toEqual([expect.any(Number), expect.stringMatching(/denied/)]);
    expect(refused).toBeGreaterThan(0);
    const wrong = join(served, '../wrong');
    const key = (await readFile(`${other}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
    await writeFile(wrong, `[127.0.0.1]:${server.port} ${key}\n`);
    const [status, said] = await publish({ ...server, knownHosts: wrong });
    expect(status).toBeGreaterThan(0);
    expect(said).toContain('Host key verification failed');
    expect(await readdir(served)).toEqual([]);
  });
});
