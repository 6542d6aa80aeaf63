import { binaryRelationProblem } from '../../debian/binary-relations.ts';
import { isFieldName } from '../../debian/control-field.ts';
import { isPackageName } from '../../debian/package-name.ts';
import { versionProblem } from '../../debian/version.ts';
import { ArchiveError } from '../../errors.ts';

/** Mandatory fields (Policy 5.3). dpkg refuses a package without one of them, or warns about it. */
const MANDATORY = ['Package', 'Version', 'Architecture', 'Maintainer', 'Description'];

/**
 * Fields that a control file must not have: fields of dpkg's own database, fields of the Packages file of an apt
 * repository, and old field names that dpkg reads as a newer field (parse.c).
 */
const FORBIDDEN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['status', 'config-version', 'conffiles', 'triggers-pending', 'triggers-awaited'].map(
      (name) => [name, "belongs to dpkg's own database"],
    ),
  ),
  ...Object.fromEntries(
    ['filename', 'size', 'md5sum', 'msdos-filename'].map((name) => [
      name,
      'belongs to the index of an archive',
    ]),
  ),
  ...Object.fromEntries(
    ['recommended', 'optional', 'class', 'revision', 'package-revision', 'package_revision'].map(
      (name) => [name, 'is obsolete: dpkg treats it as another field'],
    ),
  ),
};

/**
 * For each field with a fixed set of values, by its name in lower case: an expression that matches the allowed values.
 * dpkg ignores the case of these values (namevalue.c).
 */
const WORDS: Readonly<Record<string, RegExp>> = {
  essential: /^(?:yes|no)?$/i,
  protected: /^(?:yes|no)?$/i,
  'multi-arch': /^(?:no|same|allowed|foreign)?$/i,
  // dpkg also accepts other values of Priority, unless they begin with a value of this list.
  priority:
    /^(?:required|important|standard|optional|extra|unknown|(?!required|important|standard|optional|extra|unknown).*)$/is,
};

/**
 * The control characters of ASCII other than tab and newline. They are refused, because an escape sequence would
 * control the terminal of a reader.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression searches for them.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * Checks the control file of a binary package as dpkg does (parse.c, parsehelp.c, fields.c). The file must be one
 * stanza with all mandatory fields, without duplicates and without fields of FORBIDDEN. Package name, version,
 * architecture, relations and fields with fixed values must be valid. Throws ArchiveError `control-file` with the line
 * of the fault. For a missing field, the error has no line.
 */
export function checkControlFile(bytes: Buffer): void {
  const fields = parseStanza(bytes.toString('utf8'));
  for (const name of MANDATORY) {
    const value = fields.get(name.toLowerCase())?.value.trim();
    if (!value)
      throw problem(fields.get(name.toLowerCase())?.line, `the field ${name} is missing or empty`);
  }
  const value = (name: string) => fields.get(name)?.value.trim() ?? '';
  const refuse = (name: string, why: string) => problem(fields.get(name)?.line, why);
  // A name must follow Policy 5.6.7. dpkg-deb would also accept capital letters, `_` and a name of one character.
  if (!isPackageName(value('package'))) {
    throw refuse('package', `"${value('package')}" is not a package name`);
  }
  const wrongVersion = versionProblem(value('version'));
  if (wrongVersion !== undefined) {
    throw refuse('version', `"${value('version')}" is not a version: ${wrongVersion}`);
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
    throw refuse('multi-arch', 'Multi-Arch: same is not allowed with Architecture: all');
  }
}

interface Field {
  readonly name: string;
  readonly line: number;
  readonly value: string;
}

/**
 * Returns the fields by their name in lower case. dpkg's C parser is stricter than parseDeb822: it
 * has no comments, and a line of white space inside a field is an error (parse.c, parse_stanza).
 */
function parseStanza(text: string): Map<string, Field> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw problem(lines.length + 1, 'the last line has no newline');
  const fields = new Map<string, Field>();
  let current: Field | undefined;
  let ended = false;
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    if (CONTROL_CHARACTER.test(line)) throw problem(at, 'the line contains a control character');
    if (line === '') {
      ended = fields.size > 0;
      continue;
    }
    if (ended) throw problem(at, 'text after an empty line: only one paragraph is allowed');
    if (/^[ \t]/.test(line)) {
      if (line.trim() === '') throw problem(at, 'a blank line inside a field (write " ." instead)');
      if (current === undefined) throw problem(at, 'a continuation line without a field before it');
      current = { ...current, value: `${current.value}\n${line}` };
      fields.set(current.name.toLowerCase(), current);
      continue;
    }
    const [, name = '', value = ''] = /^([^\s:]+)[ \t]*:(.*)$/.exec(line) ?? [];
    // dpkg accepts only names of fields with at least two characters.
    if (!isFieldName(name) || name.length < 2) throw problem(at, 'the line is not "Field: value"');
    if (fields.has(name.toLowerCase())) throw problem(at, `the field ${name} occurs twice`);
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
