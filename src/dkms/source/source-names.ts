/** Decides by the name alone whether a file or directory is source of a module. */

/** Directories of version control, at any depth. They are never part of a source. */
const VCS = new Set(['.git', '.hg', '.svn', '.bzr', '_darcs', 'CVS', '.jj']);

/**
 * Files for a forge (such as GitHub), for its builds, or for editors. They are part of a source package, but are
 * not needed below /usr/src.
 */
const FORGE_FILE =
  /^(?:\.git(?:ignore|attributes|modules|keep|lab-ci\.ya?ml|review|blame)|\.(?:travis|appveyor|drone|cirrus|woodpecker|packit|readthedocs|codecov|lgtm|coveralls|mergify|pre-commit-config|pre-commit-hooks)\.ya?ml|\.mailmap|\.hgignore|\.hgtags|\.editorconfig|\.clang-(?:format|tidy)|\.codespellrc|\.checkpatch\.conf|\.dockerignore|\.vimrc|\.dir-locals\.el|\.project|\.cproject|Jenkinsfile(?:\..+)?|Dockerfile(?:\..+)?|Vagrantfile|docker-compose[\w.-]*\.ya?ml|(?:appveyor|azure-pipelines|bitbucket-pipelines|codecov|renovate)\.(?:ya?ml|json))$/;
const FORGE_DIRECTORY =
  /^\.(?:github|gitlab|gitea|forgejo|circleci|azure-pipelines|buildkite|woodpecker|semaphore|devcontainer|copr|packit|obs)$/;
const EDITOR_DIRECTORY = /^\.(?:vscode|idea|vs|settings)$/;
/** Top-level folders with definitions of containers in which the project is built. */
const FORGE_TOP = /^(?:docker|\.ci)$/;

/** Files that kbuild generates (Documentation/dontdiff of the kernel). */
const KBUILD =
  /\.(?:ko|mod|mod\.c|mod\.o|ko\.(?:xz|gz|zst|debug|unsigned)|usyms|symtypes|dwo|gcno|gcda|order|lo|la)$|^\..*\.(?:cmd|d)$|^(?:modules\.order|modules\.builtin|Module\.symvers|Module\.markers|built-in\.[ao]|\.module-common\.o|\.missing-syscalls\.d)$|^\.(?:tmp_.*|cache\.mk)$/;
/** Files that cmake and autotools generate. */
const CONFIGURED =
  /^(?:CMakeCache\.txt|cmake_install\.cmake|CTestTestfile\.cmake|compile_commands\.json|config\.(?:log|status|cache)|stamp-h\d+|\.dirstamp)$/;

/**
 * Files that are never source: backup copies, swap files, indexes and settings of editors and desktops, rejects of
 * patch(1), files that NFS leaves (`.nfs…`), and `.env`, which often contains passwords.
 */
const EDITOR =
  /~$|^\.[^/]*\.sw[a-p]$|^#.*#$|^\.#|^\.DS_Store$|^\._|^Thumbs\.db$|^desktop\.ini$|^(?:cscope\.(?:out|in\.out|po\.out|files)|GPATH|GRTAGS|GSYMS|GTAGS|tags|TAGS)$|\.(?:orig|rej)$|^\.nfs[0-9a-f]+$|^\.directory$|^\.clangd$|^\.env$/;

/** Directories with generated contents. */
const MADE_DIRECTORY =
  /^(?:node_modules|__pycache__|\.venv|\.tox|\.mypy_cache|\.pytest_cache|\.vagrant|\.tmp_\w+|CMakeFiles|autom4te\.cache|\.deps|\.libs|\.cache|\.ccls-cache|\.terraform)$/;

/** Packages, and the files of source packages and uploads: Policy 5.6.12, deb-changes(5). */
const PACKAGE =
  /\.(?:deb|udeb|ddeb|dsc|changes|buildinfo)$|^[a-z0-9][a-z0-9+.-]+_\d[^_/]*\.tar\.(?:gz|bz2|lzma|xz|zst)(?:\.asc)?$/;

export function isVersionControl(name: string): boolean {
  return VCS.has(name);
}

/** Whether a path, or a directory above it, is only for a forge or an editor. */
export function isForge(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (FORGE_FILE.test(name)) return true;
  const parts = path.split('/');
  return (
    FORGE_TOP.test(parts[0] ?? '') ||
    parts.some(
      (part) => part.startsWith('.') && (FORGE_DIRECTORY.test(part) || EDITOR_DIRECTORY.test(part)),
    )
  );
}

/** Whether a path is in a directory where an editor keeps its settings for a project. */
export function isOfEditor(path: string): boolean {
  return path.split('/').some((part) => EDITOR_DIRECTORY.test(part));
}

/** Is this the name of a directory with generated contents? Such a directory is not searched. */
export function isMadeDirectory(name: string): boolean {
  return MADE_DIRECTORY.test(name);
}

/**
 * Whether a build, an editor or a packaging tool made this file, judged by its name. `siblings` are the names in its
 * directory. An object was made by kbuild if this directory also has the command file or the source of the object.
 * Otherwise the object is part of the source.
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

/**
 * Whether a file is a result of a build, judged by its name. Such a file is not source, even if a makefile names it:
 * makefiles also name the files that they remove or install.
 */
export function isBuildResult(name: string): boolean {
  return KBUILD.test(name) || PACKAGE.test(name);
}
