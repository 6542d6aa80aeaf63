import { readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Names of half-done work say whose it is: the process, and the host and pid namespace that its number
 * belongs to, as the directory may be shared with containers and other machines.
 */
export function ownerMark(): string {
  host ??= hash(`${hostname()} ${pidNamespace()}`);
  return `${process.pid}.${host}`;
}

let host: string | undefined;

const DIRECTORY =
  /^(?:dkms-deb-[\w-]+|\.(?:new|debian|dkms-deb))-(?<pid>\d+)\.(?<host>[0-9a-f]{8})-\w{6}$/;
const FILE = /^\..+\.(?<pid>\d+)\.(?<host>[0-9a-f]{8})\.tmp$/;

/**
 * What processes of ours that were killed (SIGKILL, power) left in `directory`: entries with a mark of
 * this host whose process is no more, of this user. [] where the directory cannot be read.
 */
export async function findLeftovers(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const [, mark] = ownerMark().split('.');
  const found: string[] = [];
  for (const name of names) {
    const owner = (DIRECTORY.exec(name) ?? FILE.exec(name))?.groups;
    if (owner === undefined || owner.host !== mark || isAlive(Number(owner.pid))) continue;
    const path = join(directory, name);
    const stat = await lstat(path).catch(() => undefined);
    if (stat?.uid === process.geteuid?.()) found.push(path);
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** FNV-1a, 32 bits: node:crypto would take longer to load than all the rest. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
