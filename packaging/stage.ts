import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { compressDocumentation, InputError, StagedTree } from '../src/library.ts';
import { BUNDLED_FILE, LICENCES_FILE } from './licences-plugin.ts';

/** The directory with bin/, dist/, templates/ and package.json, as in the project. */
const HOME = 'usr/share/dkms-deb';
const DOC = 'usr/share/doc/dkms-deb';

/** The directory of templates for the .deb and the npm tarball. The program does not read them. */
const OWN_TEMPLATES = 'dkms-deb';

/** Pages for developers of dkms-deb, not for users. */
const DEVELOPERS_PAGES = /^(?:architecture|performance|corpus.*)\.md$/;

/** Files in dist/ and their places in the package. */
const BUILT: readonly (readonly [path: RegExp, target: (name: string) => string | undefined])[] = [
  [/^man\/[\w-]+\.1$/, (name) => `usr/share/man/man1/${name}`],
  [/^completion\/dkms-deb\.bash$/, () => 'usr/share/bash-completion/completions/dkms-deb'],
  [/^completion\/dkms-deb\.fish$/, () => 'usr/share/fish/vendor_completions.d/dkms-deb.fish'],
  [/^completion\/_dkms-deb$/, () => 'usr/share/zsh/vendor-completions/_dkms-deb'],
  // Editors need the schema. It is not in usr/share/doc, because a machine may be set up to omit that directory.
  [/^dkms-deb\.schema\.json$/, (name) => `${HOME}/${name}`],
  [/^[\w-]+\.cjs$/, (name) => `${HOME}/dist/${name}`],
];

/** Files in dist/ that are not packed: the copyright file has the licences, and documents.cjs is only for the build. */
const NOT_PACKED = new Set([BUNDLED_FILE, LICENCES_FILE, 'documents.cjs']);

/** Some files that every complete build has. */
const NEEDED = [
  'cli.cjs',
  'man/dkms-deb.1',
  'completion/dkms-deb.bash',
  'completion/dkms-deb.fish',
  'completion/_dkms-deb',
];

/**
 * Stages /usr of the package from the built project: program, command, man pages, completions, documentation, and the
 * texts of copyright and changelog. Throws InputError `not-built`, or `unknown-file` for a file in dist/ that has no
 * place in the package.
 */
export async function stageProject(
  project: string,
  texts: { readonly copyright: string; readonly changelog: string },
  timestamp: number,
): Promise<StagedTree> {
  const tree = new StagedTree(timestamp);
  await stageCommand(tree, project);
  await stageBuilt(tree, project);
  for (const path of await filesBelow(join(project, 'templates'))) {
    // Templates are compiled into the program (templates-plugin.ts).
    if (path.startsWith(`${OWN_TEMPLATES}/`) || path.endsWith('.hbs')) continue;
    tree.addFile(`${HOME}/templates/${path}`, { source: join(project, 'templates', path) });
  }
  tree.addFile(`${DOC}/copyright`, { bytes: Buffer.from(texts.copyright) });
  tree.addFile(`${DOC}/changelog`, { bytes: Buffer.from(texts.changelog) });
  const overrides = join(project, 'templates', OWN_TEMPLATES, 'lintian-overrides');
  tree.addFile('usr/share/lintian/overrides/dkms-deb', { source: overrides });
  await stageDocumentation(tree, project);
  await compressDocumentation(tree);
  return tree;
}

/** Stages the command, which runs Debian's node (Policy 10.4), and the package.json that --version reads. */
async function stageCommand(tree: StagedTree, project: string): Promise<void> {
  const file = join(project, 'bin/dkms-deb');
  const [first, ...lines] = (await readFile(file, 'utf8')).split('\n');
  if (first !== '#!/usr/bin/env node') {
    throw new InputError('shebang', `it begins with ${first}`, { where: { file, line: 1 } });
  }
  const command = ['#!/usr/bin/node', ...lines].join('\n');
  tree.addFile(`${HOME}/bin/dkms-deb`, { bytes: Buffer.from(command), mode: 0o755 });
  tree.addSymlink('usr/bin/dkms-deb', '../share/dkms-deb/bin/dkms-deb');
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  const { name, version, description, license } = manifest as Record<string, string>;
  // No `type`: the command and dist/ are CommonJS.
  const text = `${JSON.stringify({ name, version, description, license }, null, 2)}\n`;
  tree.addFile(`${HOME}/package.json`, { bytes: Buffer.from(text) });
}

async function stageBuilt(tree: StagedTree, project: string): Promise<void> {
  const dist = join(project, 'dist');
  const paths = await filesBelow(dist);
  const missing = NEEDED.filter((path) => !paths.includes(path));
  if (missing.length > 0) {
    throw new InputError(
      'not-built',
      `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`,
      {
        where: { file: dist },
        hint: 'Run: npm run build',
      },
    );
  }
  for (const path of paths) {
    if (NOT_PACKED.has(path)) continue;
    const known = BUILT.find(([pattern]) => pattern.test(path));
    const target = known?.[1](posix.basename(path));
    if (target === undefined) {
      throw new InputError('unknown-file', 'this file in dist/ has no place in the package', {
        where: { file: join(dist, path) },
        hint: 'Add it to BUILT or NOT_PACKED in packaging/stage.ts.',
      });
    }
    tree.addFile(target, { source: join(dist, path) });
  }
}

async function stageDocumentation(tree: StagedTree, project: string): Promise<void> {
  tree.addFile(`${DOC}/README.md`, { source: join(project, 'README.md') });
  for (const path of await filesBelow(join(project, 'docs'))) {
    if (DEVELOPERS_PAGES.test(path)) continue;
    tree.addFile(`${DOC}/docs/${path}`, { source: join(project, 'docs', path) });
  }
  for (const path of await filesBelow(join(project, 'examples'))) {
    if (posix.basename(path) === '.gitignore') continue;
    tree.addFile(`${DOC}/examples/${path}`, { source: join(project, 'examples', path) });
  }
}

/** Returns the files below a directory, as sorted relative paths. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
