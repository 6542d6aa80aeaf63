/**
 * npm run record: runs the session below in a terminal and draws it as docs/session.svg, for the README. The lines of a
 * command appear at equal intervals, all together within the time that it took, but with at most LONGEST_WAIT between
 * two. Run it on a quiet machine: the times that the programs print are in the picture.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSession, type TimedLine } from './record/draw-session.ts';
import { type StyledText, screenOf } from './record/terminal-screen.ts';

/** The width of the terminal. It is small, so that the letters can be read on a phone. */
const COLUMNS = 64;
const LONGEST_WAIT = 0.9;

const SESSION = [
  'ls',
  'dkms-deb init',
  'dkms-deb build -o out',
  // bmdeb prints a list of files to stdout and a table with the same names to stderr. So stdout goes to a file outside of the tree.
  "dkms-deb bmdeb -k '*-amd64' -o out >../built",
];

/** npm runs scripts in the project's directory. */
const project = process.cwd();

/** Returns what a command prints in a terminal. Throws an Error if it fails. */
function perform(command: string, cwd: string): string {
  // script(1) gives the command a terminal, so it uses colours and live progress.
  const recorded = spawnSync('script', ['-qefc', `stty cols ${COLUMNS}; ${command}`, '/dev/null'], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: `${project}/bin:${process.env.PATH}`,
      HOME: join(cwd, '..'),
      DEBFULLNAME: 'Erika Mustermann',
      DEBEMAIL: 'erika@example.org',
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm-256color',
      SHELL: '/bin/bash',
    },
  });
  if (recorded.status !== 0) throw new Error(`${command}\n${recorded.stdout}${recorded.stderr}`);
  return recorded.stdout;
}

function typed(command: string): StyledText[] {
  const plain = { dim: false, bold: true };
  return [
    { ...plain, text: '$ ', colour: 2 },
    { ...plain, text: command, colour: undefined },
  ];
}

// The path is short, because the session prints it. mkdirSync fails if the path exists, so no other directory is
// removed later.
const place = '/tmp/drivers';
mkdirSync(place);
try {
  const tree = join(place, 'duo');
  cpSync(join(project, 'examples/duo'), tree, { recursive: true });
  const lines: TimedLine[] = [];
  let at = 0.3;
  for (const command of SESSION) {
    const start = Date.now();
    const output = await screenOf(perform(command, tree), COLUMNS);
    const seconds = (Date.now() - start) / 1000;
    lines.push({ parts: typed(command), at });
    at += 0.7;
    const wait = Math.min(LONGEST_WAIT, seconds / Math.max(1, output.length));
    for (const parts of output) {
      at += wait;
      lines.push({ parts, at });
    }
    at += 0.6;
  }
  const label = 'A session: dkms-deb init, build and bmdeb';
  writeFileSync(join(project, 'docs/session.svg'), drawSession(lines, COLUMNS, label));
} finally {
  rmSync(place, { recursive: true, force: true });
}
