import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { StagedTree } from '../src/archive/staged/staged-tree.ts';
import { InputError } from '../src/errors.ts';
import { compressDocumentation } from '../src/package/debhelper/dh-compress.ts';
import { BUNDLED_FILE, LICENCES_FILE } from './licences-plugin.ts';

/** Where the parts lie as in the project: bin/, dist/, templates/, package.json side by side. */
const HOME = 'usr/share/dkms-deb';
const DOC = 'usr/share/doc/dkms-deb';

/** Texts of the package itself, and of the npm tarball: nothing that the program reads. */
const OWN_TEMPLATES = 'dkms-deb';

/** Pages for those who work on dkms-deb, not with it. */
const DEVELOPERS_PAGES = /^(?:architecture|performance|corpus.*)\.md$/;

/** What the build puts into dist/ besides the program: where it goes. */
const BUILT: readonly (readonly [path: RegExp, target: (name: string) => string | undefined])[] = [
  [/^man\/[\w-]+\.1$/, (name) => `usr/share/man/man1/${name}`],
  [/^completion\/dkms-deb\.bash$/, () => 'usr/share/bash-completion/completions/dkms-deb'],
  [/^completion\/_dkms-deb$/, () => 'usr/share/zsh/vendor-completions/_dkms-deb'],
  [/^[\w-]+\.cjs$/, (name) => `${HOME}/dist/${name}`],
];

/** Of the licences the copyright file tells; documents.cjs has written the man pages and completions. */
const NOT_PACKED = new Set([BUNDLED_FILE, LICENCES_FILE, 'documents.cjs']);

/** Without any of these the build is not whole. */
const NEEDED = ['cli.cjs', 'man/dkms-deb.1', 'completion/dkms-deb.bash', 'completion/_dkms-deb'];

/**
 * Stages /usr of the package from the built project: the program, its command, man pages,
 * completions, documentation. `copyright` and `changelog` are texts. InputError `not-built`,
 * `unknown-file` for something in dist/ of which nobody has said where it goes.
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

/** The command as npm has it, but for Debian's node (Policy 10.4), and what --version reads. */
async function stageCommand(tree: StagedTree, project: string): Promise<void> {
  const file = join(project, 'bin/dkms-deb');
  const [first, ...lines] = (await readFile(file, 'utf8')).split('\n');
  if (first !== '#!/usr/bin/env node') {
    throw new InputError('shebang', `begins with ${first}`, { where: { file, line: 1 } });
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
    throw new InputError('not-built', `there is no ${missing.join(', ')}`, {
      where: { file: dist },
      hint: 'Run: npm run build',
    });
  }
  for (const path of paths) {
    if (NOT_PACKED.has(path)) continue;
    const known = BUILT.find(([pattern]) => pattern.test(path));
    const target = known?.[1](posix.basename(path));
    if (target === undefined) {
      throw new InputError('unknown-file', 'nobody has said where it goes in the package', {
        where: { file: join(dist, path) },
        hint: 'See packaging/stage.ts.',
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

/** The files below a directory, as sorted relative paths. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
