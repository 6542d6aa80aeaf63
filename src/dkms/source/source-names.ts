/** What a file's or directory's name alone says about being a module's source. */

/** Version control and its metadata, at any depth: never part of any source. */
const VCS = new Set(['.git', '.hg', '.svn', '.bzr', '_darcs', 'CVS', '.jj']);

/** What serves the forge, its builds, or people's editors: kept in a source package, of no use below /usr/src. */
const FORGE_FILE =
  /^(?:\.git(?:ignore|attributes|modules|keep|lab-ci\.ya?ml|review|blame)|\.(?:travis|appveyor|drone|cirrus|woodpecker|packit|readthedocs|codecov|lgtm|coveralls|mergify|pre-commit-config|pre-commit-hooks)\.ya?ml|\.mailmap|\.hgignore|\.hgtags|\.editorconfig|\.clang-(?:format|tidy)|\.codespellrc|\.checkpatch\.conf|\.dockerignore|\.vimrc|\.dir-locals\.el|\.project|\.cproject|Jenkinsfile(?:\..+)?|Dockerfile(?:\..+)?|Vagrantfile|docker-compose[\w.-]*\.ya?ml|(?:appveyor|azure-pipelines|bitbucket-pipelines|codecov|renovate)\.(?:ya?ml|json))$/;
const FORGE_DIRECTORY =
  /^\.(?:github|gitlab|gitea|forgejo|circleci|azure-pipelines|buildkite|woodpecker|semaphore|devcontainer|copr|packit|obs)$/;
const EDITOR_DIRECTORY = /^\.(?:vscode|idea|vs|settings)$/;
/** A folder of the top by such a name has containers to build in. */
const FORGE_TOP = /^(?:docker|\.ci)$/;

/** What kbuild leaves behind (Documentation/dontdiff of the kernel); then cmake and autotools. */
const KBUILD =
  /\.(?:ko|mod|mod\.c|mod\.o|ko\.(?:xz|gz|zst|debug|unsigned)|usyms|symtypes|dwo|gcno|gcda|order|lo|la)$|^\..*\.(?:cmd|d)$|^(?:modules\.order|modules\.builtin|Module\.symvers|Module\.markers|built-in\.[ao]|\.module-common\.o|\.missing-syscalls\.d)$|^\.(?:tmp_.*|cache\.mk)$/;
const CONFIGURED =
  /^(?:CMakeCache\.txt|cmake_install\.cmake|CTestTestfile\.cmake|compile_commands\.json|config\.(?:log|status|cache)|stamp-h\d+|\.dirstamp)$/;

/** Copies and indexes of editors, of patch(1), of desktops. */
const EDITOR =
  /~$|^\.[^/]*\.sw[a-p]$|^#.*#$|^\.#|^\.DS_Store$|^\._|^Thumbs\.db$|^desktop\.ini$|^(?:cscope\.(?:out|in\.out|po\.out|files)|GPATH|GRTAGS|GSYMS|GTAGS|tags|TAGS)$|\.(?:orig|rej)$|^\.nfs[0-9a-f]+$|^\.directory$|^\.clangd$|^\.env$/;

/** Directories whose contents nobody wrote by hand. */
const MADE_DIRECTORY =
  /^(?:node_modules|__pycache__|\.venv|\.tox|\.mypy_cache|\.pytest_cache|\.vagrant|\.tmp_\w+|CMakeFiles|autom4te\.cache|\.deps|\.libs|\.cache|\.ccls-cache|\.terraform)$/;

/** Packages, and the files of source packages and uploads: Policy 5.6.12, deb-changes(5). */
const PACKAGE =
  /\.(?:deb|udeb|ddeb|dsc|changes|buildinfo)$|^[a-z0-9][a-z0-9+.-]+_\d[^_/]*\.tar\.(?:gz|bz2|lzma|xz|zst)(?:\.asc)?$/;

export function isVersionControl(name: string): boolean {
  return VCS.has(name);
}

/** Whether some directory of a path, or its last part, serves a forge or an editor alone. */
export function isForge(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  return (
    FORGE_FILE.test(name) ||
    parts.some((part) => FORGE_DIRECTORY.test(part) || EDITOR_DIRECTORY.test(part)) ||
    FORGE_TOP.test(parts[0] ?? '')
  );
}

/** Whether a path lies in what an editor keeps of a project. */
export function isOfEditor(path: string): boolean {
  return path.split('/').some((part) => EDITOR_DIRECTORY.test(part));
}

/** Directories that are not even looked into. */
export function isMadeDirectory(name: string): boolean {
  return MADE_DIRECTORY.test(name);
}

/**
 * Whether a build, an editor or an earlier run of a packaging tool left a file. `siblings`: the names beside it.
 * An object is kbuild's where kbuild noted the command beside it, or its source lies there; else a
 * blob that ships as source.
 */
export function isLeftover(name: string, siblings: ReadonlySet<string>): boolean {
  if (KBUILD.test(name) || CONFIGURED.test(name) || EDITOR.test(name) || PACKAGE.test(name)) {
    return true;
  }
  if (!/\.[oais]$/.test(name)) return false;
  const stem = name.slice(0, -2);
  const hasSource = ['.c', '.S', '.o_shipped'].some((suffix) => siblings.has(stem + suffix));
  return siblings.has(`.${name}.cmd`) || (!name.endsWith('.a') && hasSource);
}

/** What no makefile's mention makes a source: a build's results stand in its clean and install rules. */
export function isBuildResult(name: string): boolean {
  return KBUILD.test(name) || PACKAGE.test(name);
}
