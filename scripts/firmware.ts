/**
 * npm run firmware -- FILE…: writes templates/firmware/debian-13.txt, the list of Debian's packages with firmware, by
 * which bmdeb suggests packages. FILE… are Contents-all.gz and Contents-amd64.gz of trixie's main and
 * non-free-firmware, as apt-helper download-file gets them from dists/trixie/COMPONENT/ of a mirror.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Packages of processors' microcode: no module asks for their files with MODULE_FIRMWARE. */
const MICROCODE = /-microcode$/;

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('name the Contents files');
/** The names of files, by package and directory. */
const lists = new Map<string, Set<string>>();
for (const file of files) {
  // A line has a path, blanks, and section/package, or several of these with commas between them. A name with blanks
  // cannot be in the list, whose words are divided by blanks.
  for await (const line of createInterface(createReadStream(file).pipe(createGunzip()))) {
    const [, path = '', where = ''] =
      /^(?:usr\/)?lib\/firmware\/(\S+)[ \t]+(\S+)$/.exec(line) ?? [];
    for (const name of where.split(',').map((one) => posix.basename(one))) {
      if (name === '' || MICROCODE.test(name)) continue;
      const key = `${name} ${posix.dirname(path)}`;
      const list = lists.get(key) ?? new Set<string>();
      lists.set(key, list.add(posix.basename(path)));
    }
  }
}
const lines = [...lists].map(([key, names]) => `${key} ${[...names].sort().join(' ')}\n`).sort();
const day = new Date().toISOString().slice(0, 10);
const head = `# Which package of Debian 13 (trixie) has a firmware file: a line for each package and directory below /lib/firmware
# (\`.\` is that directory itself), then the names. Taken from Contents-all and Contents-amd64 of main and non-free-firmware,
# ${day} (npm run firmware), without microcode of processors and without names that have blanks. A name that is in no
# line is not known.
`;
const target = 'templates/firmware/debian-13.txt';
await writeFile(join(process.cwd(), target), head + lines.join(''));
process.stdout.write(`${target}: ${lines.length} lines\n`);
