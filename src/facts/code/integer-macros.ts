/** Finds the values of macros that are integers: `#define USB_VENDOR_ID_FOO 0x1234`. */

import type { SourceFile } from './c-sources.ts';
import { liveTextOf } from './c-text.ts';

/**
 * The ids of vendors that linux/pci_ids.h of the kernel defines, and that out-of-tree drivers use. The PCI-SIG assigns
 * the ids.
 */
const KERNEL: ReadonlyMap<string, number> = new Map([
  ['PCI_VENDOR_ID_AMD', 0x1022],
  ['PCI_VENDOR_ID_ATI', 0x1002],
  ['PCI_VENDOR_ID_ATHEROS', 0x168c],
  ['PCI_VENDOR_ID_BROADCOM', 0x14e4],
  ['PCI_VENDOR_ID_INTEL', 0x8086],
  ['PCI_VENDOR_ID_MARVELL', 0x11ab],
  ['PCI_VENDOR_ID_MELLANOX', 0x15b3],
  ['PCI_VENDOR_ID_NVIDIA', 0x10de],
  ['PCI_VENDOR_ID_PLX', 0x10b5],
  ['PCI_VENDOR_ID_REALTEK', 0x10ec],
  ['PCI_VENDOR_ID_XILINX', 0x10ee],
]);

const DEFINITION =
  /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+\(?[ \t]*(0[xX][0-9a-fA-F]{1,8}|\d{1,9}|[A-Za-z_]\w*)[uUlL]*[ \t]*\)?[ \t]*$/gm;

/**
 * Makes a function that gives the value of a literal or of a macro, as it is used in a file. A definition in the same
 * file is used first, otherwise the definitions in other files of the tree, otherwise the ids of KERNEL. The value is
 * undefined if no definition is found, or if the definitions have different values.
 */
export function integerMacros(
  files: readonly SourceFile[],
): (expression: string, seenFrom: string) => number | undefined {
  let definitions: Map<string, Map<string, string>> | undefined;
  const known = new Map<string, number | undefined>();
  const resolve = (expression: string, seenFrom: string, depth: number): number | undefined => {
    // Values are cached. Without the cache, the definitions in a header that exists in a hundred folders would be
    // followed a hundred times at each step.
    const key = `${depth} ${seenFrom} ${expression}`;
    if (!known.has(key)) known.set(key, follow(expression, seenFrom, depth));
    return known.get(key);
  };
  const follow = (expression: string, seenFrom: string, depth: number): number | undefined => {
    const text = expression.trim().replace(/^\((.*)\)$/s, '$1');
    if (/^(?:0[xX][0-9a-fA-F]{1,8}|\d{1,9})[uUlL]*$/.test(text))
      return Number(text.replace(/[uUlL]+$/, ''));
    if (depth > 5 || !/^[A-Za-z_]\w*$/.test(text)) return undefined;
    definitions ??= definitionsOf(files);
    const places = definitions.get(text);
    if (places === undefined) return KERNEL.get(text);
    const own = places.get(seenFrom);
    const bodies = own === undefined ? [...new Set(places.values())] : [own];
    const values = new Set(bodies.map((body) => resolve(body, seenFrom, depth + 1)));
    return values.size === 1 ? [...values][0] : undefined;
  };
  return (expression, seenFrom) => resolve(expression, seenFrom, 0);
}

/** Returns the definitions of macros that may be numbers: for each name of a macro, the definition in each file. */
function definitionsOf(files: readonly SourceFile[]): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const file of files) {
    if (file.kind !== 'c' || !file.text.includes('define')) continue;
    // Files without a match of DEFINITION are skipped here, because removing comments takes most of the time.
    if (file.text.search(DEFINITION) === -1) continue;
    for (const [, name = '', body = ''] of liveTextOf(file).matchAll(DEFINITION)) {
      const places = found.get(name) ?? new Map<string, string>();
      places.set(file.path, body);
      found.set(name, places);
    }
  }
  return found;
}
