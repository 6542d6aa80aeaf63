import { parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { enumerate, error, type Finding, warning } from '../../module/verify/finding.ts';
import type { PackageContents } from './package-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

/**
 * Checks whether two of the packages that are verified together contain the same modules for a kernel. dpkg refuses a
 * second package with a path of the first (dpkg(1), --force-overwrite). If only the names of the modules are equal,
 * depmod chooses one by the order of directories. Packages that have the same name, or conflict, are not compared,
 * because they are never installed together. Packages for different architectures, and packages of the kernel itself,
 * are not compared, either.
 */
export function verifyTogether(
  contents: PackageContents,
  beside: readonly PackageContents[],
  release: string,
): Finding[] {
  const name = contents.fields.get('Package') ?? '';
  if (KERNEL_PACKAGE.test(name)) return [];
  const own = ofRelease(contents, release);
  const findings: Finding[] = [];
  for (const other of beside) {
    const otherName = other.fields.get('Package') ?? '';
    if (otherName === name || KERNEL_PACKAGE.test(otherName)) continue;
    if (!sameMachine(contents, other) || conflict(contents, other)) continue;
    const theirs = ofRelease(other, release);
    const paths = new Set(theirs.map(({ path }) => bareModulePath(path)));
    const names = new Set(theirs.map(({ facts }) => facts.name));
    const [same, named] = [own.filter(({ path }) => paths.has(bareModulePath(path))), own].map(
      (modules) => modules.map(({ facts }) => facts.name).filter((module) => names.has(module)),
    );
    if (same !== undefined && same.length > 0) {
      const message = `${otherName} has the same files, so dpkg can install only one of the two packages (${enumerate(same)})`;
      findings.push(error('same-modules', message));
    } else if (named !== undefined && named.length > 0) {
      const message = `${otherName} has modules of the same name; if both packages are installed, only one module of each name is loaded (${enumerate(named)})`;
      findings.push(warning('same-modules', message));
    }
  }
  return findings;
}

function ofRelease({ modules }: PackageContents, release: string) {
  return modules.filter((module) => module.release === release);
}

/** Returns the path of a module without `usr/`, because on a merged system /lib is /usr/lib. */
function bareModulePath(path: string): string {
  return path.replace(/^usr\//, '');
}

function sameMachine(one: PackageContents, other: PackageContents): boolean {
  return one.fields.get('Architecture') === other.fields.get('Architecture');
}

/** Whether one of two packages conflicts with the other or breaks it (Policy 7.3, 7.4). */
function conflict(one: PackageContents, other: PackageContents): boolean {
  return refuses(one, other) || refuses(other, one);
}

function refuses(one: PackageContents, other: PackageContents): boolean {
  const called = new Set([other.fields.get('Package') ?? '', ...namesIn(other, 'Provides')]);
  const refused = [...namesIn(one, 'Conflicts'), ...namesIn(one, 'Breaks')];
  return refused.some((name) => called.has(name));
}

function namesIn({ fields, deb }: PackageContents, field: string): string[] {
  try {
    const relations = parseRelations(fields.get(field) ?? '', { file: deb.path });
    return relations.flatMap((alternatives) => alternatives.map(({ name }) => name));
  } catch (error) {
    // The check of the control file (verify-structure.ts) reports the malformed field.
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}
