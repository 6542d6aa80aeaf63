import { basename, dirname } from 'node:path';

/** Tells whether install steps install a file. */
export type IsInstalled = (path: string, directory: string) => boolean;

/**
 * Returns a function that tells whether one of these install steps installs a file: the step contains the name of the
 * file, or copies all files of its folder into a directory such as modprobe.d (`cp modprobe/* /etc/modprobe.d/`).
 */
export function installedBy(steps: readonly string[]): IsInstalled {
  // The lines of the steps are read once for each directory, because a tree may have many files for it.
  const folders = new Map<string, ReadonlySet<string>>();
  return (path, directory) => {
    const name = basename(path);
    if (steps.some((step) => step.includes(name))) return true;
    const copied = folders.get(directory) ?? copiedFolders(steps, directory);
    folders.set(directory, copied);
    return copied.has(basename(dirname(path)));
  };
}

const ALL_OF_FOLDER = /(?:^|[\s/"'])([^\s/"']+)["']?\/["']?\*/g;

/** Returns the names of the folders whose files the steps copy into a directory of this name. */
function copiedFolders(steps: readonly string[], directory: string): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const step of steps) {
    if (!step.includes(`/${directory}`)) continue;
    for (const line of step.split('\n')) {
      if (!line.includes(`/${directory}`)) continue;
      for (const [, folder = ''] of line.matchAll(ALL_OF_FOLDER)) folders.add(folder);
    }
  }
  folders.delete('.');
  return folders;
}
