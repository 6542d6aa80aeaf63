import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCheckedOut, MOST_NESTED, submodulesOf } from '../dkms/source/git-view.ts';
import { InputError, SystemError } from '../errors.ts';
import { type Reporter, silentReporter } from '../report/reporter.ts';
import { cachePlace } from '../system/files/cache-place.ts';
import { markUsed, removeOldest } from '../system/files/cache-size.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { sha256 } from '../system/files/sha256.ts';
import { fetchGit } from '../system/git/fetch-git.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../system/process/cleanup.ts';
import { explainNoRoom } from '../system/process/no-room.ts';
import { shellWord } from '../system/text/shell-word.ts';
import { withoutSecret } from '../system/text/without-secret.ts';

const CLONE_SECONDS = 3600;
const ASK_SECONDS = 120;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * Returns the commit of the branch or tag `ref` in a repository; without `ref`, that of HEAD. A whole id of a commit is
 * returned unchecked. Throws InputError `git-unreachable`, `no-such-ref`, and SystemError `tool-missing`.
 */
export async function commitOfRef(url: string, ref: string | undefined): Promise<string> {
  checkUrl(url);
  if (ref !== undefined && COMMIT.test(ref)) return ref;
  const name = ref ?? 'HEAD';
  const { stdout } = await ask(url, ['ls-remote', '--', url, name, `${name}^{}`]);
  const found = new Map(
    stdout.split('\n').flatMap((line) => {
      const [commit = '', path = ''] = line.split('\t');
      return COMMIT.test(commit) ? [[path, commit] as const] : [];
    }),
  );
  // An annotated tag is an object of its own. `^{}` gives its commit.
  const paths = [`refs/tags/${name}^{}`, `refs/tags/${name}`, `refs/heads/${name}`, name];
  const commit = paths.map((path) => found.get(path)).find((one) => one !== undefined);
  if (commit !== undefined) return commit;
  const repository = withoutSecret(url);
  throw new InputError(
    'no-such-ref',
    `${repository} has no branch or tag ${JSON.stringify(name)}`,
    {
      hint: `List the branches and tags of the repository: git ls-remote ${shellWord(repository)}`,
    },
  );
}

/** The limits of the cache. A checkout that was used in the last day is kept, because a run may still be reading it. */
const LIMIT = { mostBytes: 4 * 1024 ** 3, keptSeconds: 24 * 3600 };

/**
 * Returns a directory with a checkout of a commit and its submodules. The checkout is kept in the cache for later runs.
 * Throws InputError `git-unreachable`, `no-such-ref`, `submodule-missing`; SystemError `disk-full`, `tool-missing`.
 */
export async function checkOut(
  url: string,
  commit: string,
  reporter: Pick<Reporter, 'progress'> = silentReporter,
): Promise<string> {
  checkUrl(url);
  const parent = cachePlace('git');
  // The name ends in `-whole`. Checkouts without this end are from older versions of dkms-deb, and have no submodules.
  const target = join(parent, `${sha256(url).slice(0, 16)}-${commit}-whole`);
  if (existsSync(target)) {
    await markUsed(target);
    return target;
  }
  reporter.progress(`cloning ${withoutSecret(url)}`);
  await makeDirectory(parent);
  await removeLeftovers(parent);
  const staging = makeTemporary(join(parent, '.new-'));
  try {
    const tree = join(staging, 'tree');
    await makeDirectory(dirname(tree));
    await ask(url, ['clone', '-q', '--no-checkout', '--template=', '--', url, tree], CLONE_SECONDS);
    const checkout = ['checkout', '-q', '--detach', commit, '--'];
    await fetchGit(checkout, { cwd: tree, timeoutSeconds: CLONE_SECONDS }).catch(
      (error: unknown) => {
        const cause = explainNoRoom(error);
        if (!(cause instanceof SystemError) || cause.code !== 'tool-failed') throw cause;
        throw new InputError('no-such-ref', `${withoutSecret(url)} has no commit ${commit}`, {
          output: cause.output,
          hint: 'Push the commit, or plan again.',
          cause,
        });
      },
    );
    await fetchSubmodules(tree, isLocal(url));
    await rename(tree, target).catch((error: NodeJS.ErrnoException) => {
      // Another run has made the same checkout meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
    releaseTemporary(staging);
  }
  await removeOldest(parent, LIMIT).catch(() => {});
  return target;
}

/** Whether a repository is on this machine. If so, its submodules may be on this machine as well. */
function isLocal(url: string): boolean {
  return url.startsWith('file://') || existsSync(url);
}

/**
 * Fetches the submodules of a tree, and the submodules of these submodules. Throws InputError `submodule-missing` if
 * a submodule cannot be fetched, because an incomplete tree must not be packed.
 */
async function fetchSubmodules(tree: string, local: boolean, depth = 0): Promise<void> {
  const submodules = await submodulesOf(tree);
  for (const { path } of submodules) {
    if (depth >= MOST_NESTED) throw missing(path, [`submodules are nested deeper than ${depth}`]);
    const args = ['submodule', '--quiet', 'update', '--init', '--checkout', '--', path];
    try {
      await fetchGit(args, { cwd: tree, timeoutSeconds: CLONE_SECONDS, local });
    } catch (error) {
      const cause = explainNoRoom(error);
      if (!isOfGit(cause)) throw cause;
      throw missing(path, cause.output, cause);
    }
    if (!isCheckedOut(tree, path))
      throw missing(path, ['.gitmodules does not say where this submodule is']);
    await fetchSubmodules(join(tree, path), local, depth + 1);
  }
}

function missing(path: string, output: readonly string[], cause?: unknown): InputError {
  return new InputError('submodule-missing', `git cannot fetch the submodule ${path}`, {
    output: output.filter((line) => line !== ''),
    hint: 'Check the address of the submodule in .gitmodules, the network, and that git needs no password for it.',
    cause,
  });
}

async function ask(url: string, args: readonly string[], timeoutSeconds = ASK_SECONDS) {
  try {
    return await fetchGit(args, { timeoutSeconds });
  } catch (error) {
    const cause = explainNoRoom(error);
    if (!isOfGit(cause)) throw cause;
    throw new InputError(
      'git-unreachable',
      `git cannot read the repository ${withoutSecret(url)}`,
      {
        output: cause.output.filter((line) => line !== ''),
        hint: 'Check the address of the repository, the network, and that git needs no password for it.',
        cause,
      },
    );
  }
}

/** Whether an error may be about the repository. A missing program and a full disk are about this machine. */
function isOfGit(error: unknown): error is SystemError {
  return error instanceof SystemError && !/^(?:tool-missing|disk-full)$/.test(error.code);
}

function checkUrl(url: string): void {
  if (!url.startsWith('-') && !/[\p{Cc}]/u.test(url) && !/^[a-z+]+::/.test(url)) return;
  throw new InputError(
    'git-unreachable',
    `${JSON.stringify(url)} is not the address of a repository`,
    {
      hint: 'Write a path, or a URL that begins with https://, ssh:// or file://.',
    },
  );
}
