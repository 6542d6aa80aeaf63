import { DkmsDebError, SystemError } from '../../errors.ts';

/** The meaning of frequent errno codes, and a hint for the user. */
const REASONS: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  EACCES: ['permission denied', 'Check the permissions of the file or directory.'],
  EAGAIN: ['too many processes', 'Raise the limit on processes: ulimit -u.'],
  EDQUOT: ['disk quota exceeded', 'Free some disk space.'],
  EEXIST: ['file exists', 'Remove or rename the existing file.'],
  EFBIG: ['file too large', 'Raise the limit on the size of files: ulimit -f.'],
  EISDIR: ['is a directory', 'Name a file.'],
  ELOOP: ['too many symbolic links', 'Check where the links lead.'],
  EMFILE: [
    'too many open files',
    'Raise the hard limit on open files (limits.conf(5)), or do less at once.',
  ],
  ENAMETOOLONG: ['name too long', 'Use a directory with a shorter path.'],
  ENFILE: ['too many open files on this system', 'Close some programs.'],
  ENOENT: ['no such file or directory', 'Check the path.'],
  ENOMEM: ['not enough memory', 'Close some programs.'],
  ENOSPC: ['no space left on device', 'Free some disk space.'],
  ENOTDIR: ['not a directory', 'Name a directory.'],
  EPERM: [
    'operation not permitted',
    'Check the permissions and the owner of the file or directory.',
  ],
  EROFS: ['read-only file system', 'Choose a writable directory.'],
};

/** The action of frequent system calls, in words. */
const ACTIONS: Readonly<Record<string, string>> = {
  access: 'use the path',
  chmod: 'change the permissions',
  copyfile: 'copy the file',
  fsync: 'write the file',
  link: 'make a hard link',
  lstat: 'read the properties of the path',
  mkdir: 'make the directory',
  mkdtemp: 'make a directory',
  open: 'open the file',
  read: 'read the file',
  readlink: 'read the link',
  realpath: 'find the path',
  rename: 'rename the path',
  rmdir: 'remove the directory',
  scandir: 'read the directory',
  stat: 'read the properties of the path',
  symlink: 'make the link',
  unlink: 'remove the file',
  utime: 'set the time of the path',
  write: 'write the file',
};

/** Returns the reason for an error of the operating system, such as `permission denied (EACCES)`, and a hint. */
export function causeOf(error: unknown): readonly [why: string, hint: string] {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const [meaning, hint] = REASONS[code] ?? [undefined, 'Check the path and its permissions.'];
  return [meaning === undefined ? code : `${meaning} (${code})`, hint];
}

/** Returns the message of one of our errors, or the reason for an error of the operating system. */
export function reasonOf(error: unknown): string {
  return error instanceof DkmsDebError ? error.message : causeOf(error)[0];
}

/**
 * Converts an error of the operating system (EACCES, ENOSPC, …) to SystemError `refused`, which names the system call
 * and the path (as `nameOf` returns it). Returns undefined for any other error, such as a DkmsDebError.
 */
export function refusalOf(
  error: unknown,
  nameOf: (path: string) => string = (path) => path,
): SystemError | undefined {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const [why, hint] = causeOf(error);
  return new SystemError('refused', `cannot ${ACTIONS[syscall] ?? syscall}: ${why}`, {
    ...(path === undefined ? {} : { where: { file: nameOf(path) } }),
    hint,
    cause: error,
  });
}
