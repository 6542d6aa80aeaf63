import { run } from '../system/process/run.ts';
import { headersPackageName } from './release.ts';

/**
 * What the name of a kernel release ends with: `amd64` of 6.1.0-56-amd64, `cloud-amd64` of
 * 6.12.57+deb13.1-cloud-amd64, `generic` of 6.8.0-138-generic; the whole release if there is no such end.
 */
export function flavourOf(release: string): string {
  // Where the version has a `+deb13` there is no ABI number; flavours may begin with a digit (686-pae).
  const end =
    /^[^-]*\+[^-]*-(.+)$/.exec(release) ?? /^[^-]+-(?:rc\d+-)?(?:\d[^-]*-)?(.+)$/.exec(release);
  return end?.[1] ?? release;
}

/**
 * The X of the linux-image-X that always depends on the newest kernel of this kind. A suite with
 * two kernel lines has two: bookworm's linux-image-amd64 is 6.1, its linux-image-6.12-amd64 is 6.12. So
 * the installed linux-headers-X that depends on these headers tells it, else the release does.
 */
export async function readFlavour(release: string): Promise<string> {
  const format = '$' + '{Package}\t$' + '{Depends}\n';
  const { stdout } = await run('dpkg-query', ['-W', '-f', format, 'linux-headers-*'], {
    accept: [0, 1, 2],
  });
  return flavourFrom(stdout, release);
}

/** readFlavour for what dpkg-query says: lines of a package and, after a tab, what it depends on. */
export function flavourFrom(packages: string, release: string): string {
  const wanted = headersPackageName(release);
  const names = packages.split('\n').flatMap((line) => {
    const [name = '', depends = ''] = line.split('\t');
    // A metapackage depends on nothing else.
    return depends.replace(/ \(.*?\)/g, '') === wanted ? [name.replace('linux-headers-', '')] : [];
  });
  return names.sort((a, b) => a.length - b.length)[0] ?? flavourOf(release);
}
