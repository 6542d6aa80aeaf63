import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './is-running.ts';

/**
 * Returns the mark in the names of the temporary files of this process. It has the pid; the start time, because pids
 * are used again; and a hash of host name and pid namespace, because containers and other machines may use the same
 * directory.
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

/** Whether a name is the name of a temporary file of dkms-deb, of this process or another one. */
export function isHalfDone(name: string): boolean {
  return DIRECTORY.test(name) || FILE.test(name);
}

/**
 * Finds the temporary files in `directory` that a killed dkms-deb process left (SIGKILL, power loss). Only files of
 * this user with the mark of this host are returned. Returns [] if the directory cannot be read.
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

/** Whether the process `pid` that was started at the time `wanted` still runs. Also true if that is unknown. */
function isAlive(pid: number, wanted: string): boolean {
  const found = readProcess(pid);
  // A zombie has ended. It may stay for a long time, because in containers often no parent waits for it.
  if (found !== undefined) return found.began === wanted && !/[ZX]/.test(found.state);
  return isRunning(pid);
}

/**
 * Returns the state and the start time of a process. The start time is in clock ticks since boot, which does not change
 * if somebody sets the clock. Returns undefined if the process or /proc is missing (proc(5): /proc/PID/stat, fields 3
 * and 22).
 */
function readProcess(pid: number): { state: string; began: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Only the text after the name of the program is parsed, because the name may contain blanks and parentheses.
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

/**
 * Returns the 32-bit FNV-1a hash of a text, as eight hex digits. node:crypto is not used, because loading it would take
 * longer than the rest of this module.
 */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
