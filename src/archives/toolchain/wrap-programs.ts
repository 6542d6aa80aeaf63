import { chmod, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { linkTree } from '../../system/files/link-tree.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { readTreeFileStart } from '../../system/files/read-tree-file.ts';
import { walkTree } from '../../system/files/walk-tree.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import type { ToolchainRoot } from './unpack-toolchain.ts';

/** Names of programs that kbuild calls: compilers, binutils, the programs of llvm, pahole. */
const PROGRAMS =
  /^(?:[a-z0-9_]+-linux-gnu[a-z0-9]*-)?(?:gcc|cpp|clang|ld|as|ar|nm|objcopy|objdump|readelf|ranlib|strip|strings|size|addr2line|pahole|(?:ld\.)?lld|ld\.bfd|llvm-[a-z]+)(?:-\d+)?$/;

/**
 * Writes scripts into `directory`, which is to be put into PATH. Each script starts a program of the compiler's
 * directory with the dynamic loader from there. Programs for this machine get a second name without `prefix`
 * (`x86_64-linux-gnu-`), because kbuild calls them without a prefix. Programs of LLVM get a second name without their
 * version, so that LLVM=1 does not mean the machine's own programs. The scripts contain absolute paths, so they are
 * only valid for one run: the store may be moved between runs.
 */
export async function wrapToolchain(
  root: ToolchainRoot,
  prefix: string,
  directory: string,
): Promise<void> {
  await makeDirectory(directory);
  const bin = join(root.directory, 'usr/bin');
  const names = (await readdir(bin)).filter((name) => PROGRAMS.test(name));
  for (const name of names) {
    const file = await realpath(join(bin, name)).catch(() => undefined);
    if (file === undefined || !(await isElf(file))) continue;
    const text = script(root, join(bin, name), file, gccWords(root, name, prefix));
    await writeScript(join(directory, name), text);
    const plain = plainName(name, prefix);
    if (plain !== name && !names.includes(plain)) await writeScript(join(directory, plain), text);
  }
}

function plainName(name: string, prefix: string): string {
  if (name.startsWith(prefix)) return name.slice(prefix.length);
  return /^(?:clang|ld\.lld|llvm-[a-z]+)-\d+$/.test(name) ? name.replace(/-\d+$/, '') : name;
}

/**
 * Lines of a script that remove -pipe from its arguments. The kernel of s390 and some drivers use -pipe, but with -pipe
 * gcc starts the assembler without -wrapper (gcc.cc, execute). The output of gcc is the same without -pipe.
 */
const WITHOUT_PIPE = 'for word do shift; [ "$word" = -pipe ] || set -- "$@" "$word"; done\n';

/**
 * Returns arguments for gcc. With these arguments gcc starts cc1, as and collect2 with the loader from the compiler's
 * directory, and uses the assembler from there. Returns '' for any other program.
 */
function gccWords(
  { directory, loader, libraries }: ToolchainRoot,
  name: string,
  prefix: string,
): string {
  const [, own] = /^((?:[a-z0-9_]+-linux-gnu[a-z0-9]*-)?)(?:gcc|cpp)(?:-\d+)?$/.exec(name) ?? [];
  if (own === undefined) return '';
  const tools = join(directory, 'usr/bin', own || prefix);
  return ` ${shellWord(`-B${tools}`)} -wrapper ${shellWord(`${loader},--library-path,${libraries}`)}`;
}

function script(
  { loader, libraries }: ToolchainRoot,
  name: string,
  file: string,
  words = '',
): string {
  const [l, n, p, f] = [loader, name, libraries, file].map(shellWord);
  const before = words === '' ? '' : WITHOUT_PIPE;
  return `#!/bin/sh\n${before}exec ${l} --argv0 ${n} --library-path ${p} ${f}${words} "$@"\n`;
}

/** The directories of linux-kbuild. In other headers these directories are next to include/ and arch/. */
const KBUILD = ['certs', 'scripts', 'tools'];

/**
 * Makes a copy of the folders KBUILD of `kbuild` in `target`, with hard links to the files. In place of each ELF
 * program the copy has a script that starts the program with the dynamic loader of a compiler's directory. argv[0] is
 * the path of the script, because modpost and objtool look for another program in their own directory.
 */
export async function wrapKbuild(
  root: ToolchainRoot,
  kbuild: string,
  target: string,
): Promise<void> {
  await makeDirectory(target);
  for (const entry of await readdir(kbuild, { withFileTypes: true })) {
    if (!entry.isDirectory() || !KBUILD.includes(entry.name)) continue;
    await linkTree([join(kbuild, entry.name)], join(target, entry.name));
  }
  for (const entry of await walkTree(target)) {
    const path = join(target, entry.path);
    const original = join(kbuild, entry.path);
    if (entry.type === 'symlink') await keepLink(original, path, kbuild);
    if (entry.type !== 'file' || !(await isElf(path))) continue;
    const [l, p, f] = [root.loader, root.libraries, original].map(shellWord);
    // This only removes the name in the copy. The file in the store does not change.
    await rm(path);
    await writeScript(path, `#!/bin/sh\nexec ${l} --argv0 "$0" --library-path ${p} ${f} "$@"\n`);
  }
}

/**
 * Makes the copy of a link lead to the same file, if that file is outside of the copied directories: Ubuntu's
 * scripts/ has links into the headers that all flavours share.
 */
async function keepLink(original: string, copy: string, kbuild: string): Promise<void> {
  const aim = await realpath(original).catch(() => undefined);
  if (aim === undefined) return;
  const [part = ''] = relative(await realpath(kbuild), aim).split('/');
  if (KBUILD.includes(part)) return;
  await rm(copy);
  await symlink(aim, copy);
}

async function writeScript(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

/** Whether a file has the format ELF. Object files, by their name `.o`, do not count. */
async function isElf(file: string): Promise<boolean> {
  if (basename(file).endsWith('.o')) return false;
  const start = await readTreeFileStart(file, 20).catch(() => Buffer.alloc(0));
  return start.length === 20 && start.toString('latin1', 0, 4) === '\x7fELF';
}
