import { binaryRelationProblem } from '../../debian/binary-relations.ts';
import { isFieldName } from '../../debian/control-field.ts';
import { isPackageName } from '../../debian/package-name.ts';
import { versionProblem } from '../../debian/version.ts';
import { ArchiveError } from '../../errors.ts';

/** Without these dpkg refuses the package, or warns (Policy 5.3 has them as mandatory). */
const MANDATORY = ['Package', 'Version', 'Architecture', 'Maintainer', 'Description'];

/** dpkg's own database, the index of an archive, and names that dpkg takes for other fields (parse.c). */
const FORBIDDEN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['status', 'config-version', 'conffiles', 'triggers-pending', 'triggers-awaited'].map(
      (name) => [name, "is for dpkg's own database"],
    ),
  ),
  ...Object.fromEntries(
    ['filename', 'size', 'md5sum', 'msdos-filename'].map((name) => [
      name,
      'is for the index of an archive',
    ]),
  ),
  ...Object.fromEntries(
    ['recommended', 'optional', 'class', 'revision', 'package-revision', 'package_revision'].map(
      (name) => [name, 'is obsolete, and dpkg takes it for another field'],
    ),
  ),
};

/** Fields with one of few words, which dpkg compares without regard to case (namevalue.c). */
const WORDS: Readonly<Record<string, RegExp>> = {
  essential: /^(?:yes|no)?$/i,
  protected: /^(?:yes|no)?$/i,
  'multi-arch': /^(?:no|same|allowed|foreign)?$/i,
  // Other words may stand here, but none that begins with one of dpkg's.
  priority:
    /^(?:required|important|standard|optional|extra|unknown|(?!required|important|standard|optional|extra|unknown).*)$/is,
};

/** Anything but tab and newline; a DEL or an escape sequence would reach people's terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * Checks a binary package's control file as dpkg does (parse.c, parsehelp.c, fields.c): one stanza,
 * every field once, the mandatory ones there, the syntax of name, version, architecture, relations
 * and the fields with fixed words. ArchiveError `control-file` with the line.
 */
export function checkControlFile(bytes: Buffer): void {
  const fields = parseStanza(bytes.toString('utf8'));
  for (const name of MANDATORY) {
    const value = fields.get(name.toLowerCase())?.value.trim();
    if (!value) throw problem(fields.get(name.toLowerCase())?.line, `there is no ${name}`);
  }
  const value = (name: string) => fields.get(name)?.value.trim() ?? '';
  const refuse = (name: string, why: string) => problem(fields.get(name)?.line, why);
  // Policy 5.6.7; dpkg-deb itself would take a name of one character, capitals and _.
  if (!isPackageName(value('package'))) {
    throw refuse('package', `"${value('package')}" cannot be a package name`);
  }
  const wrongVersion = versionProblem(value('version'));
  if (wrongVersion !== undefined) {
    throw refuse('version', `"${value('version')}" cannot be a version: ${wrongVersion}`);
  }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(value('architecture')) || value('architecture') === 'any') {
    throw refuse('architecture', `"${value('architecture')}" is not an architecture`);
  }
  for (const [name, field] of fields) {
    const { line } = field;
    const words = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (Object.hasOwn(FORBIDDEN, name)) throw problem(line, `${field.name} ${FORBIDDEN[name]}`);
    if (words?.test(value(name)) === false) {
      throw problem(line, `${field.name} cannot be "${value(name).slice(0, 60)}"`);
    }
    const wrong = binaryRelationProblem(name, value(name));
    if (wrong !== undefined) throw problem(line, `${field.name}: ${wrong}`);
  }
  if (value('multi-arch').toLowerCase() === 'same' && value('architecture') === 'all') {
    throw refuse('multi-arch', 'Multi-Arch: same does not go with Architecture: all');
  }
}

interface Field {
  readonly name: string;
  readonly line: number;
  readonly value: string;
}

/** By names in lower case. */
function parseStanza(text: string): Map<string, Field> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  const fields = new Map<string, Field>();
  let current: Field | undefined;
  let ended = false;
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    if (CONTROL_CHARACTER.test(line)) throw problem(at, 'there is a control character');
    if (line === '') {
      ended = fields.size > 0;
      continue;
    }
    if (ended)
      throw problem(at, 'a blank line, and more text after it: only one paragraph is allowed');
    if (/^[ \t]/.test(line)) {
      if (line.trim() === '') throw problem(at, 'a blank line inside a field (write " ." instead)');
      if (current === undefined) throw problem(at, 'a continuation without a field');
      current = { ...current, value: `${current.value}\n${line}` };
      fields.set(current.name.toLowerCase(), current);
      continue;
    }
    const [, name = '', value = ''] = /^([^\s:]+)[ \t]*:(.*)$/.exec(line) ?? [];
    // dpkg wants two characters or more in a name that it does not know.
    if (!isFieldName(name) || name.length < 2) throw problem(at, 'this is not "Field: value"');
    if (fields.has(name.toLowerCase())) throw problem(at, `${name} is there twice`);
    current = { name, line: at, value };
    fields.set(name.toLowerCase(), current);
  }
  return fields;
}

function problem(line: number | undefined, what: string): ArchiveError {
  return new ArchiveError('control-file', `control: ${what}`, {
    hint: 'See deb-control(5) and Policy 5.3.',
    where: line === undefined ? { file: 'control' } : { file: 'control', line },
  });
}
