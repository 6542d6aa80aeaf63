import { SystemError } from '../../errors.ts';

/** What the codes of errno mean to a person, and what can be done about them. */
const REASONS: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  EACCES: ['permission denied', 'Look at its permissions.'],
  EDQUOT: ['disk quota exceeded', 'Make room there.'],
  EEXIST: ['file exists', 'Look what is in the way.'],
  EISDIR: ['it is a directory', 'Name a file.'],
  ELOOP: ['too many symbolic links', 'Look where the links lead.'],
  ENAMETOOLONG: ['name too long', 'Work in a directory with a shorter path.'],
  ENOENT: ['no such file or directory', 'Look at the spelling of the path.'],
  ENOSPC: ['no space left on the device', 'Make room there.'],
  ENOTDIR: ['it is no directory', 'Name a directory.'],
  EPERM: ['operation not permitted', 'Look at its permissions and its owner.'],
  EROFS: ['read-only file system', 'Choose a directory that can be written.'],
};

/**
 * EACCES, ENOSPC … that no step has explained, as SystemError `refused`: where the operating system
 * refused, and what. Undefined for an error that does not come from it.
 */
export function refusalOf(
  error: unknown,
  nameOf: (path: string) => string = (path) => path,
): SystemError | undefined {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const [meaning, hint] = REASONS[code] ?? [undefined, 'Look at the path and its permissions.'];
  const why = meaning === undefined ? code : `${meaning} (${code})`;
  return new SystemError('refused', `the system refuses to ${syscall}: ${why}`, {
    ...(path === undefined ? {} : { where: { file: nameOf(path) } }),
    hint,
    cause: error,
  });
}
