import { ArchiveError } from '../../errors.ts';

/**
 * The form of a trigger's name: an absolute path without empty parts, or a word like the name of a package
 * (trigname.c, trig_classify_byname).
 */
const NAME = /^(?:(?:\/[^/]+)+|[A-Za-z0-9][A-Za-z0-9+.-]*)$/;
const DIRECTIVE = /^(interest|activate)(-await|-noawait)?$/;
/**
 * The longest line that dpkg can read: its buffer has MAXTRIGDIRECTIVE bytes, including the newline and a NUL. A longer
 * line is an error.
 */
const MOST_LINE_BYTES = 254;

/**
 * Checks the control file triggers (deb-triggers(5)). Throws ArchiveError `triggers`. dpkg-deb does not check this
 * file; dpkg checks it only on installation (triglib.c, trig_parse_ci).
 */
export function checkTriggers(bytes: Buffer): void {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  lines.forEach((line, index) => {
    const text = line.replace(/^[ \t]+|[ \t]+$/g, '');
    if (line.length > MOST_LINE_BYTES) throw problem(index + 1, 'the line is too long');
    if (text === '' || text.startsWith('#')) return;
    const [directive = '', name = '', ...more] = text.split(/[ \t]+/);
    if (!DIRECTIVE.test(directive)) throw problem(index + 1, `unknown directive ${directive}`);
    if (name === '' || more.length > 0 || /[^\x21-\x7e]/.test(name)) {
      throw problem(index + 1, `${directive} needs one trigger name in printable ASCII`);
    }
    if (!NAME.test(name)) throw problem(index + 1, `${name} is not a trigger name`);
  });
}

function problem(line: number, what: string): ArchiveError {
  return new ArchiveError('triggers', `triggers: ${what}`, {
    hint: 'Write "interest NAME" or "activate NAME". The first word may end in -await or -noawait.',
    where: { file: 'triggers', line },
  });
}
