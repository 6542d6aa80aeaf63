import { ArchiveError } from '../../errors.ts';

/** A path without empty parts, or a name like a package's (trigname.c, trig_classify_byname). */
const NAME = /^(?:(?:\/[^/]+)+|[A-Za-z0-9][A-Za-z0-9+.-]*)$/;
const DIRECTIVE = /^(interest|activate)(-await|-noawait)?$/;
/** dpkg's line buffer (MAXTRIGDIRECTIVE) holds a newline and a NUL, too. */
const MOST_LINE_BYTES = 254;

/**
 * Checks a triggers control file (deb-triggers(5)). dpkg-deb never looks at it, dpkg does when
 * the package is installed (triglib.c, trig_parse_ci). ArchiveError `triggers`.
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
    if (!NAME.test(name)) throw problem(index + 1, `${name} is not the name of a trigger`);
  });
}

function problem(line: number, what: string): ArchiveError {
  return new ArchiveError('triggers', `triggers: ${what}`, {
    hint: 'Lines are "interest NAME", "activate NAME" or their -await and -noawait forms.',
    where: { file: 'triggers', line },
  });
}
