import { ArchiveError } from '../errors.ts';

/** Without these dpkg refuses the package, or warns (Policy 5.3 has them as mandatory). */
const MANDATORY = ['Package', 'Version', 'Architecture', 'Maintainer', 'Description'];

/**
 * Checks a binary package's control file as dpkg-deb's parser does (parse.c, build.c): one
 * stanza, every field once, the mandatory ones there, the syntax of name, version and
 * architecture. Relations are not parsed. ArchiveError `control-file` with the line.
 */
export function checkControlFile(bytes: Buffer): void {
  const fields = parseStanza(bytes.toString('utf8'));
  for (const name of MANDATORY) {
    const value = fields.get(name.toLowerCase())?.value.trim();
    if (!value) throw problem(fields.get(name.toLowerCase())?.line, `there is no ${name}`);
  }
  const value = (name: string) => fields.get(name)?.value.trim() ?? '';
  const lineOf = (name: string) => fields.get(name)?.line;
  // Policy 5.6.7; dpkg-deb itself would take a name of one character.
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(value('package'))) {
    throw problem(
      lineOf('package'),
      `"${value('package')}" cannot be a package name: two or more of a-z 0-9 + - . with a letter or digit first`,
    );
  }
  const wrong = versionProblem(value('version'));
  if (wrong !== undefined) {
    throw problem(lineOf('version'), `"${value('version')}" cannot be a version: ${wrong}`);
  }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(value('architecture'))) {
    throw problem(lineOf('architecture'), `"${value('architecture')}" is not an architecture`);
  }
  if (value('multi-arch') === 'same' && value('architecture') === 'all') {
    throw problem(lineOf('multi-arch'), 'Multi-Arch: same does not go with Architecture: all');
  }
  if (fields.has('status')) throw problem(lineOf('status'), "Status is for dpkg's own database");
}

interface Field {
  readonly line: number;
  readonly value: string;
}

function parseStanza(text: string): Map<string, Field> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  if (text.includes('\0')) throw problem(undefined, 'there is a NUL byte');
  const fields = new Map<string, Field>();
  let current: string | undefined;
  let ended = false;
  lines.forEach((line, index) => {
    const at = index + 1;
    if (line === '') {
      ended = fields.size > 0;
      return;
    }
    if (ended)
      throw problem(at, 'a blank line, and more text after it: only one paragraph is allowed');
    if (/^\s/.test(line)) {
      if (line.trim() === '') throw problem(at, 'a blank line inside a field (write " ." instead)');
      const field = current === undefined ? undefined : fields.get(current);
      if (current === undefined || field === undefined)
        throw problem(at, 'a continuation without a field');
      fields.set(current, { ...field, value: `${field.value}\n${line}` });
      return;
    }
    const match = /^([^\s:-][^\s:]*)[ \t]*:(.*)$/.exec(line);
    if (match === null) throw problem(at, 'this is not "Field: value"');
    current = (match[1] ?? '').toLowerCase();
    if (fields.has(current)) throw problem(at, `${match[1]} is there twice`);
    fields.set(current, { line: at, value: match[2] ?? '' });
  });
  return fields;
}

/** deb-version(7), as parsehelp.c reads it. */
function versionProblem(version: string): string | undefined {
  if (/\s/.test(version)) return 'it contains white space';
  const { epoch, rest = '' } = /^(?:(?<epoch>[^:]*):)?(?<rest>.*)$/s.exec(version)?.groups ?? {};
  if (epoch !== undefined && (!/^\d+$/.test(epoch) || Number(epoch) > 2 ** 31 - 1)) {
    return 'the epoch is not a number';
  }
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
  if (!/^\d/.test(upstream)) return 'it does not start with a digit';
  if (!/^[A-Za-z0-9.+~:-]*$/.test(upstream))
    return 'a character is not one of A-Z a-z 0-9 . + - ~ :';
  if (hyphen !== -1 && !/^[A-Za-z0-9.+~]+$/.test(rest.slice(hyphen + 1))) {
    return 'the revision is empty or has a character other than A-Z a-z 0-9 . + ~';
  }
  return undefined;
}

function problem(line: number | undefined, what: string): ArchiveError {
  return new ArchiveError('control-file', `control: ${what}`, {
    hint: 'See deb-control(5) and Policy 5.3.',
    where: line === undefined ? { file: 'control' } : { file: 'control', line },
  });
}
