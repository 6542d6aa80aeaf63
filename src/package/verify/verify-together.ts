import { parseRelations } from '../../debian/relations.ts';
import { DkmsDebError } from '../../errors.ts';
import { enumerate, type Finding } from '../../module/verify/finding.ts';
import type { PackageContents } from './verify-contents.ts';
import { KERNEL_PACKAGE } from './verify-modules-package.ts';

/**
 * Whether packages that are verified together bring the same modules for a kernel. dpkg refuses a second
 * package with a path of the first (dpkg(1), --force-overwrite); of two paths depmod takes one, by the order of
 * directories. Packages of one name are two versions; those that declare a conflict are never there together.
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
    if (!sameMachine(contents, other) || exclude(contents, other)) continue;
    const theirs = ofRelease(other, release);
    const paths = new Set(theirs.map(({ path }) => withoutSuffix(path)));
    const names = new Set(theirs.map(({ facts }) => facts.name));
    const [same, named] = [own.filter(({ path }) => paths.has(withoutSuffix(path))), own].map(
      (modules) => modules.map(({ facts }) => facts.name).filter((module) => names.has(module)),
    );
    if (same !== undefined && same.length > 0) {
      const message = `${otherName} has the same files: dpkg installs only one of both packages (${enumerate(same)})`;
      findings.push({ level: 'error', code: 'same-modules', message });
    } else if (named !== undefined && named.length > 0) {
      const message = `${otherName} has modules of the same name: with both installed only one of each is loaded (${enumerate(named)})`;
      findings.push({ level: 'warning', code: 'same-modules', message });
    }
  }
  return findings;
}

function ofRelease({ modules }: PackageContents, release: string) {
  return modules.filter((module) => module.release === release);
}

/** /usr/lib/modules is where /lib/modules leads to on a merged system; depmod passes over the compression. */
function withoutSuffix(path: string): string {
  return path.replace(/^usr\//, '').replace(/\.(?:xz|zst|gz)$/, '');
}

function sameMachine(one: PackageContents, other: PackageContents): boolean {
  return one.fields.get('Architecture') === other.fields.get('Architecture');
}

/** Whether one of both says that it is not to be installed beside the other (Policy 7.3, 7.4). */
function exclude(one: PackageContents, other: PackageContents): boolean {
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
    // verifyModulesPackage tells of a broken field.
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}
