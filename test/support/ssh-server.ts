import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { cached } from './project.ts';
import { until } from './until.ts';

/** A server of ssh on this machine, for the user who runs the test. */
export interface SshServer {
  readonly port: number;
  /** Files for a client: its private key, and the host key as ssh-keyscan prints it. */
  readonly identity: string;
  readonly knownHosts: string;
}

/** Calls `work` with an ssh server that has its files in `directory`, and ends it. */
export async function withSshServer(
  directory: string,
  work: (server: SshServer) => Promise<void>,
): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  const file = (name: string) => join(directory, name);
  for (const name of ['host', 'client']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  }
  const port = await freePort();
  const settings = [
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('client.pub')}`,
    `ListenAddress 127.0.0.1:${port}`,
    `PidFile ${file('pid')}`,
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'UsePAM no',
  ];
  await writeFile(file('sshd_config'), `${settings.join('\n')}\n`);
  const [type = '', key = ''] = (await readFile(file('host.pub'), 'utf8')).split(' ');
  await writeFile(file('known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  const stop = new AbortController();
  const server = run(...(await command(directory, file('sshd_config'))), {
    signal: stop.signal,
    timeoutSeconds: 600,
    env: { LD_LIBRARY_PATH: cached('programs/root/usr/lib/x86_64-linux-gnu') },
  }).catch(() => {});
  try {
    await until(() =>
      readFile(file('pid'), 'utf8').then(
        (text) => text || undefined,
        () => undefined,
      ),
    );
    await work({ port, identity: file('client'), knownHosts: file('known_hosts') });
  } finally {
    stop.abort();
    await server;
  }
}

/**
 * For root, sshd wants a user sshd and /run/sshd, which it gets in a mount namespace. There root has /bin/sh and an
 * empty home, because bash would run root's .bashrc for each command.
 */
async function command(directory: string, settings: string): Promise<[string, string[]]> {
  const words = [cached('programs/root/usr/sbin/sshd'), '-D', '-e', '-f', settings];
  if (process.getuid?.() !== 0) return [words[0] ?? '', words.slice(1)];
  const passwd = join(directory, 'passwd');
  const users = `root:x:0:0:root:${directory}:/bin/sh
sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin
`;
  await writeFile(passwd, users);
  await mkdir(join(directory, 'sshd'), { mode: 0o755 });
  const script = `mount --bind ${passwd} /etc/passwd && mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"`;
  return ['unshare', ['-m', 'sh', '-c', script, 'sh', ...words]];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
