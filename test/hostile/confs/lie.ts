import type { Seeded } from '../../support/seeded.ts';
import type { HostileTree } from './tree.ts';

/** One thing that is wrong with a tree. */
export interface ConfLie {
  /** `GROUP: which`. */
  readonly kind: string;
  readonly withDebian: boolean;
  /** Commands that must say something of it, or fail: what has this text in it. */
  readonly toldBy?: Readonly<Record<string, string>>;
  /** Commands that may run the program outside of the tree, by the table in SECURITY.md. */
  readonly mayRun?: readonly string[];
  /** The tree's own programs do not end, so bmdeb, which runs them, would not: another command gets the tree. */
  readonly endlessMake?: boolean;
  tell(tree: HostileTree, random: Seeded): void;
}

/** The text of a file of the tree; '' where it has none. */
export function textOf(tree: HostileTree, path: string): string {
  const entry = tree.files.get(path);
  return entry !== undefined && 'text' in entry ? entry.text.toString() : '';
}

/** Gives a file another text and keeps its mode. */
export function write(tree: HostileTree, path: string, text: string | Buffer): void {
  const entry = tree.files.get(path);
  const mode = entry !== undefined && 'mode' in entry ? entry.mode : undefined;
  tree.files.set(path, mode === undefined ? { text } : { text, mode });
}

/** Puts a text behind that of a file, which may not be there. */
export function append(tree: HostileTree, path: string, text: string): void {
  write(tree, path, textOf(tree, path) + text);
}

/** Replaces in a file; an Error where there is nothing to replace, as the lie would be none. */
export function replace(
  tree: HostileTree,
  path: string,
  pattern: string | RegExp,
  by: string,
): void {
  const text = textOf(tree, path);
  const changed = text.replace(pattern, () => by);
  if (changed === text) throw new Error(`${path}: nothing matches ${pattern}`);
  write(tree, path, changed);
}

/** The dkms.conf that is read: that of debian/ where there is one, and the tree's own. */
export function conf(tree: HostileTree, change: (text: string) => string): void {
  for (const path of ['dkms.conf', 'debian/hostile-dkms.dkms']) {
    if (tree.files.has(path)) write(tree, path, change(textOf(tree, path)));
  }
}
