import type { DebReader } from '../../archive/deb-reader.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { MOST_TEXT_BYTES } from '../../kbuild/directory-files.ts';
import type { BuildCommand } from '../../kbuild/make-command.ts';
import { missingFiles } from '../../kbuild/missing-files.ts';
import { SourceFiles, type SourceObject } from '../../kbuild/source-files.ts';
import { enumerate, error, type Finding, ok, warning } from '../../module/verify/finding.ts';
import { buildCommandOf } from '../dkms/complete-source.ts';
import { describe } from '../dkms/describe-missing.ts';
import { besideIn } from '../dkms/packed-files.ts';
import type { PackageContents } from './package-contents.ts';

/**
 * The most bytes of source text that are read. Of further files, only their existence is known. The largest driver in
 * Debian has 20 MB.
 */
const MOST_BYTES = 256 * 1024 * 1024;
/** Matches the files that kbuild, the preprocessor or the checks read. */
const TEXT =
  /(?:\.(?:c|h|S|s|inc|def|mk|mak|make|am|in|sh|py|pl|awk|ac|cmake|patch|diff|include|conf|txt|rs|cc|cpp|hpp|tmpl)|\/(?:[^/]*[Mm]akefile[^/]*|Kbuild[^/]*|[^/.]+))$/;

/** The parts of a package that are read here. */
interface Packed extends Pick<PackageContents, 'entries'> {
  readonly deb: Pick<DebReader, 'contents'>;
}

/**
 * Checks that a package has the files that its makefiles name. Makefiles are read, and nothing of the package is
 * run. `conf` is the evaluated dkms.conf; without it, the text of dkms.conf is read.
 */
export async function verifySource(
  contents: Packed,
  tree: string,
  conf: DkmsConf | undefined,
): Promise<Finding[]> {
  const base = `usr/src/${tree}`;
  const files = await readFiles(contents, base);
  const build =
    conf === undefined ? commandInText(files.text('dkms.conf') ?? '') : buildCommandOf(conf);
  const missing = missingFiles(files, build);
  const certain = missing.filter((one) => one.certain);
  const doubtful = missing.filter((one) => !one.certain);
  const findings: Finding[] = [];
  if (certain.length > 0) {
    const message = `${base} cannot be compiled: ${enumerate(certain.map(describe))}`;
    findings.push(error('incomplete-source', message));
  }
  if (doubtful.length > 0) {
    const message = `${base} may lack files that some builds need: ${enumerate(doubtful.map(describe))}`;
    findings.push(warning('doubtful-source', message));
  }
  if (missing.length > 0) return findings;
  return [ok('source', `${base} has all files that its makefiles name`)];
}

async function readFiles(contents: Packed, base: string): Promise<SourceFiles> {
  const objects = new Map<string, SourceObject>();
  let left = MOST_BYTES;
  for await (const { entry, content } of contents.deb.contents()) {
    if (!entry.path.startsWith(`${base}/`)) continue;
    const path = entry.path.slice(base.length + 1);
    if (entry.type === 'directory') objects.set(path, { type: 'directory' });
    else if (entry.type === 'symlink') {
      objects.set(path, { type: 'symlink', target: entry.target ?? '' });
    } else if (entry.type === 'hardlink') {
      const same = objects.get((entry.target ?? '').slice(base.length + 1));
      objects.set(path, same ?? { type: 'file' });
    } else if (entry.type === 'file') {
      const wanted = TEXT.test(`/${path}`) && entry.size <= Math.min(left, MOST_TEXT_BYTES);
      if (!wanted) {
        objects.set(path, { type: 'file' });
        continue;
      }
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece);
      left -= entry.size;
      const text = Buffer.concat(pieces).toString('latin1');
      objects.set(path, { type: 'file', text: () => text });
    }
  }
  const paths = new Set(contents.entries.map(({ path }) => path));
  return new SourceFiles(
    objects,
    besideIn(base, (path) => paths.has(path)),
  );
}

/** Reads the directives that a build needs from the text of a dkms.conf. Variables in their values are not expanded. */
function commandInText(text: string): BuildCommand {
  const values = (name: string) =>
    [
      ...text.matchAll(
        new RegExp(`^[ \\t]*${name}(?:\\[\\d+\\])?=(?:"([^"]*)"|'([^']*)'|(\\S*))`, 'gm'),
      ),
    ].map(([, double, single, plain]) => double ?? single ?? plain ?? '');
  const [name = ''] = values('PACKAGE_NAME');
  const [version = ''] = values('PACKAGE_VERSION');
  const locations = values('BUILT_MODULE_LOCATION');
  return {
    name,
    version,
    make: values('MAKE')[0],
    preBuild: values('PRE_BUILD')[0],
    modules: values('BUILT_MODULE_NAME').map((module, i) => ({
      name: module,
      location: locations[i] ?? '',
    })),
  };
}
