import { SystemError } from '../../errors.ts';

/** The meaning of errno codes, and what the user can do about them. */
const REASONS: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  EACCES: ['permission denied', 'Check its permissions.'],
  EDQUOT: ['disk quota exceeded', 'Free some disk space.'],
  EEXIST: ['file exists', 'Remove or rename the existing file.'],
  EISDIR: ['is a directory', 'Name a file.'],
  ELOOP: ['too many symbolic links', 'Check where the links lead.'],
  ENAMETOOLONG: ['name too long', 'Use a directory with a shorter path.'],
  ENOENT: ['no such file or directory', 'Check the path.'],
  ENOSPC: ['no space left on device', 'Free some disk space.'],
  ENOTDIR: ['not a directory', 'Name a directory.'],
  EPERM: ['operation not permitted', 'Check its permissions and its owner.'],
  EROFS: ['read-only file system', 'Choose a writable directory.'],
};

/**
 * Turns an error of the operating system (EACCES, ENOSPC, …) that no other code has explained into SystemError
 * `refused`, with the path and the system call. Returns undefined for any other error.
 */
export function refusalOf(
  error: unknown,
  nameOf: (path: string) => string = (path) => path,
): SystemError | undefined {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const [meaning, hint] = REASONS[code] ?? [undefined, 'Check the path and its permissions.'];
  const why = meaning === undefined ? code : `${meaning} (${code})`;
  return new SystemError('refused', `cannot ${syscall}: ${why}`, {
    ...(path === undefined ? {} : { where: { file: nameOf(path) } }),
    hint,
    cause: error,
  });
}
