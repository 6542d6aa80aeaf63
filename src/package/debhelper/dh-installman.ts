import { basename, join } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { InputError, type Place } from '../../errors.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { Staging } from './context.ts';
import { matchEntries, readList } from './path-lists.ts';

/**
 * Stages the pages that debian/<package>.manpages lists below /usr/share/man, by the section that
 * .TH or .Dt names, else the file name, and the language in the file name (dh_installman(1)).
 */
export async function stageManualPages(staging: Staging): Promise<void> {
  const list = staging.packaging.file('manpages');
  if (list === undefined) return;
  for (const { words, where } of await readList(list, staging.variables)) {
    for (const entry of words.flatMap((word) => matchEntries(staging.entries, word, where))) {
      if (entry.path.startsWith('debian/')) staging.used.add(entry.path);
      await stagePage(staging, entry, where);
    }
  }
}

async function stagePage(staging: Staging, entry: SourceEntry, where: Place): Promise<void> {
  const source = join(staging.sourceDirectory, entry.path);
  const text = await readTreeText(source, 'latin1');
  const name = basename(entry.path);
  const titled = /^\.TH\s+\S+\s+"?(\d+[^"\s]*)"?|^\.Dt\s+\S+\s+(\d+\S*)/m.exec(text);
  const told = titled?.[1] ?? titled?.[2];
  const section =
    told !== undefined && !/^\d+\.\d/.test(told) ? told : /\.([1-9]\w*)$/.exec(name)?.[1];
  const number = /^\d+/.exec(section ?? '')?.[0];
  if (section === undefined || number === undefined || Number(number) > 9 || name.endsWith('.gz')) {
    throw new InputError('manpage-section', `"${entry.path}" does not tell its section`, {
      where,
      hint: 'Name the file such as hello.8, uncompressed, and give it a .TH line.',
    });
  }
  const language = /\.([a-z]{2}(?:_[A-Z]{2})?)\.(?:[1-9]|man)/.exec(name)?.[1];
  const stem = name.replace(/\.[^.]*$/, '');
  const page = language === undefined ? stem : stem.replace(new RegExp(`\\.${language}$`), '');
  const directory = `usr/share/man/${language === undefined ? '' : `${language}/`}man${number}`;
  staging.tree.addFile(`${directory}/${page}.${section}`, { source, mtime: entry.mtime });
}
