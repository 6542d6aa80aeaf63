import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Names of half-done work say whose it is: the process, when it began, as its number is given away
 * again, and the host and pid namespace that the number belongs to, as the directory may be shared with
 * containers and other machines.
 */
export function ownerMark(): string {
  host ??= hash(`${hostname()} ${pidNamespace()}`);
  began ??= readProcess(process.pid)?.began ?? '0';
  return `${process.pid}.${began}.${host}`;
}

let host: string | undefined;
let began: string | undefined;

const MARK = /(?<pid>\d+)\.(?<began>[0-9a-z]+)\.(?<host>[0-9a-f]{8})/.source;
const DIRECTORY = new RegExp(`^(?:dkms-deb-[\\w-]+|\\.(?:new|debian|dkms-deb))-${MARK}-\\w{6}$`);
const FILE = new RegExp(`^\\..+\\.${MARK}\\.tmp$`);

/** Whether a name is that of half-done work of ours, whoever's it is. */
export function isHalfDone(name: string): boolean {
  return DIRECTORY.test(name) || FILE.test(name);
}

/**
 * What processes of ours that were killed (SIGKILL, power) left in `directory`: entries with a mark of
 * this host whose process is no more, of this user. [] where the directory cannot be read.
 */
export async function findLeftovers(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const here = ownerMark().split('.').at(-1);
  const found: string[] = [];
  for (const name of names) {
    const owner = (DIRECTORY.exec(name) ?? FILE.exec(name))?.groups;
    if (owner === undefined || owner.host !== here) continue;
    if (isAlive(Number(owner.pid), owner.began ?? '')) continue;
    const path = join(directory, name);
    const stat = await lstat(path).catch(() => undefined);
    if (stat?.uid === process.geteuid?.()) found.push(path);
  }
  return found;
}

/** Whether the process that began then still runs; in doubt it does. */
function isAlive(pid: number, wanted: string): boolean {
  const found = readProcess(pid);
  // It may be long before somebody takes note of the end of a zombie: in containers often nobody does.
  if (found !== undefined) return found.began === wanted && !/[ZX]/.test(found.state);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * State of a process and when it began, in clock ticks since the boot: no clock that is set changes that.
 * Undefined where it is gone or there is no /proc (proc(5), /proc/PID/stat, fields 3 and 22).
 */
function readProcess(pid: number): { state: string; began: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the name, which may have blanks and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', ticks = ''] = [fields[0], fields[19]];
    return { state, began: Number(ticks).toString(36) };
  } catch {
    return undefined;
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
