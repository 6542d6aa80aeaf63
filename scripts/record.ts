/**
 * npm run record: runs the session below and draws it as docs/session.svg, for the README. The lines
 * appear with the delays of the real session, but long delays are shortened.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../test/support/project.ts';

const COLUMNS = 92;
const LINE = 18;
const CHARACTER = 8.4;
const LONGEST_WAIT = 0.9;

const SESSION = [
  'ls',
  'dkms-deb init',
  'dkms-deb build',
  "dkms-deb bmdeb -k '*-amd64'",
  'dkms-deb verify ../duo-modules-6.12*.deb',
];

const escapeText = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Returns the lines that a command prints in a pseudo-terminal. */
function perform(command: string, cwd: string): string[] {
  // script(1) gives the command a terminal, so it uses colours and a progress line.
  const recorded = spawnSync('script', ['-qefc', `stty cols ${COLUMNS}; ${command}`, '/dev/null'], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: `${PROJECT}/bin:${process.env.PATH}`,
      HOME: join(cwd, '..'),
      DEBFULLNAME: 'Erika Mustermann',
      DEBEMAIL: 'erika@example.org',
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm-256color',
      SHELL: '/bin/bash',
    },
  });
  if (recorded.status !== 0) throw new Error(`${command}\n${recorded.stdout}${recorded.stderr}`);
  return screenOf(recorded.stdout);
}

/** Returns the final screen: without lines that were erased (CR, EL) or overwritten (CUU, ECMA-48). */
function screenOf(printed: string): string[] {
  const rows = [''];
  let at = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters control terminals
  for (const token of printed.split(/(\r?\n|\r|\x1b\[\d*A|\x1b\[[02]?K)/)) {
    // The pseudo-terminal converts LF to CR LF.
    if (token.endsWith('\n')) rows[++at] ??= '';
    else if (token === '\r') continue;
    else if (token.endsWith('A') && token.startsWith('\x1b')) at -= Number(token.slice(2, -1) || 1);
    else if (token.endsWith('K') && token.startsWith('\x1b')) rows[at] = '';
    else rows[at] = (rows[at] ?? '') + token.replaceAll('\t', '  ');
  }
  while (rows.at(-1) === '') rows.pop();
  return rows.flatMap(folded);
}

/** Folds a long line as a terminal does. A line with colours is not folded. */
function folded(row: string): string[] {
  if (row.includes('\x1b')) return [row];
  return row.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''];
}

const COLOURS: Readonly<Record<number, string>> = {
  1: 'b',
  31: 'r',
  32: 'g',
  33: 'y',
  34: 'u',
  36: 'c',
  2: 'd',
};

/** Converts SGR sequences (ECMA-48) to <tspan>. */
function toSpans(line: string): string {
  let out = '';
  let open = false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters control terminals
  for (const part of line.split(/(\x1b\[[\d;]*[A-Za-z])/)) {
    if (!part.startsWith('\x1b[')) {
      out += escapeText(part);
      continue;
    }
    if (!part.endsWith('m')) continue;
    if (open) out += '</tspan>';
    open = false;
    const classes = part
      .slice(2, -1)
      .split(';')
      .flatMap((code) => COLOURS[Number(code)] ?? []);
    if (classes.length === 0) continue;
    out += `<tspan class="${classes.join(' ')}">`;
    open = true;
  }
  return open ? `${out}</tspan>` : out;
}

/** A line of the picture. */
interface TimedLine {
  readonly html: string;
  /** The time in seconds at which the line appears. */
  readonly at: number;
}

function draw(lines: readonly TimedLine[]): string {
  const height = lines.length * LINE + 48;
  const width = Math.ceil(COLUMNS * CHARACTER + 32);
  const text = lines.map(({ html, at }, i) => {
    const y = 48 + i * LINE;
    return `<text xml:space="preserve" x="16" y="${y}" style="animation-delay:${at.toFixed(2)}s">${html}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-label="A session: dkms-deb init, build and bmdeb">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d8dee9;white-space:pre;animation:show .01s linear both}
.b{font-weight:bold}.r{fill:#ef6b73}.g{fill:#a3be8c}.y{fill:#ebcb8b}.c{fill:#88c0d0}.u{fill:#81a1c1}.d{fill:#7b8494}.p{fill:#a3be8c;font-weight:bold}
@keyframes show{from{visibility:hidden}to{visibility:visible}}
@media (prefers-reduced-motion:reduce){text{animation:none}}
</style>
<rect width="100%" height="100%" rx="8" fill="#23272e"/>
<circle cx="20" cy="16" r="5" fill="#ef6b73"/><circle cx="38" cy="16" r="5" fill="#ebcb8b"/><circle cx="56" cy="16" r="5" fill="#a3be8c"/>
${text.join('\n')}
</svg>
`;
}

// A short path, because the session prints it. mkdirSync fails if it exists, so nothing else is removed.
const place = '/tmp/drivers';
mkdirSync(place);
try {
  const tree = join(place, 'duo');
  cpSync(join(PROJECT, 'examples/duo'), tree, { recursive: true });
  const lines: TimedLine[] = [];
  let at = 0.3;
  for (const command of SESSION) {
    const start = Date.now();
    const output = perform(command, tree);
    const seconds = (Date.now() - start) / 1000;
    lines.push({ html: `<tspan class="p">$</tspan> ${escapeText(command)}`, at });
    at += 0.7;
    const wait = Math.min(LONGEST_WAIT, seconds / Math.max(1, output.length));
    for (const line of output) {
      at += wait;
      lines.push({ html: toSpans(line), at });
    }
    at += 0.6;
  }
  writeFileSync(join(PROJECT, 'docs/session.svg'), draw(lines));
} finally {
  rmSync(place, { recursive: true, force: true });
}
