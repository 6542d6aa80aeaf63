import { basename } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError, type Place } from '../../errors.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { fileOfEntry, type Staging } from './context.ts';
import { matchEntries, readList } from './path-lists.ts';

/**
 * Adds the manual pages that debian/<package>.manpages lists to the package, below /usr/share/man (dh_installman(1)).
 * The section comes from .TH or .Dt, or else from the file name. The language comes from the file name. `accept`
 * decides which lines are used. Throws InputError `manpage-section` for a page that is compressed or whose section is
 * unknown, and the errors of readList and matchEntries.
 */
export async function stageManualPages(
  staging: Staging,
  accept?: (line: string) => boolean,
): Promise<void> {
  const list = staging.packaging.file('manpages');
  if (list === undefined) return;
  for (const { words, where } of await readList(list, staging.variables, accept)) {
    for (const entry of words.flatMap((word) => matchEntries(staging.entries, word, where))) {
      if (entry.path.startsWith('debian/')) staging.used.add(entry.path);
      await stagePage(staging, entry, where);
    }
  }
}

async function stagePage(staging: Staging, entry: SourceEntry, where: Place): Promise<void> {
  const source = fileOfEntry(staging, entry.path);
  const text = await readTreeText(source, 'latin1');
  const name = basename(entry.path);
  const titled = /^\.TH\s+\S+\s+"?(\d+[^"\s]*)"?|^\.Dt\s+\S+\s+(\d+\S*)/m.exec(text);
  const inPage = titled?.[1] ?? titled?.[2];
  const section =
    inPage !== undefined && !/^\d+\.\d/.test(inPage) ? inPage : /\.([1-9]\w*)$/.exec(name)?.[1];
  const number = /^\d+/.exec(section ?? '')?.[0];
  if (section === undefined || number === undefined || Number(number) > 9 || name.endsWith('.gz')) {
    throw new InputError('manpage-section', `the manual section of "${entry.path}" is unknown`, {
      where,
      hint: 'Name the file as in hello.8, do not compress it, and add a .TH line.',
    });
  }
  const language = /\.([a-z]{2}(?:_[A-Z]{2})?)\.(?:[1-9]|man)/.exec(name)?.[1];
  const stem = name.replace(/\.[^.]*$/, '');
  const page = language === undefined ? stem : stem.replace(new RegExp(`\\.${language}$`), '');
  const directory = `usr/share/man/${language === undefined ? '' : `${language}/`}man${number}`;
  staging.tree.addFile(`${directory}/${page}.${section}`, { source, mtime: entry.mtime });
}
