import { basename } from 'node:path';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import type { Fact } from '../../facts/fact.ts';

/** The variables that a build system would replace in templates, read from one of its files. */
type Variables = ReadonlyMap<string, string>;

/**
 * Returns the value that CMake's configure_file(), meson, autoconf or rpmbuild would write for `name` in a template.
 * The files of isBuildSystem are read, not run. The first file of `sources` that gives `name` a value is used. A value
 * counts only if it has text, and is known without running the file. Returns undefined if there is no value.
 */
export function answerOfBuildSystem(
  sources: readonly SourceFile[],
  name: string,
): Fact<string> | undefined {
  for (const { path, text } of sources) {
    const variables = variablesOf(path, text);
    const value = variables?.get(name) ?? variables?.get(name.toLowerCase());
    if (value !== undefined && value !== '') return { value, from: `${path} ${name}` };
  }
  return undefined;
}

/** Whether answerOfBuildSystem reads a file with this path. */
function isBuildSystem(path: string): boolean {
  return /^(?:CMakeLists\.txt|meson\.build|configure\.(?:ac|in))$|\.(?:cmake|spec|spec\.in)$/.test(
    basename(path),
  );
}

function variablesOf(path: string, text: string): Variables | undefined {
  if (!isBuildSystem(path)) return undefined;
  const name = basename(path);
  if (name.startsWith('configure.')) return ofAutoconf(text);
  if (name === 'meson.build') return ofMeson(text);
  return /\.spec(?:\.in)?$/.test(name) ? ofSpec(text) : ofCmake(text);
}

/** Reads variables of CMake from `set(NAME value)` and `project(name VERSION 1.2)`. Expands `${NAME}` in them. */
function ofCmake(source: string): Variables {
  const text = source.replace(/#.*$/gm, '');
  const found = new Map<string, string>();
  const project = /\bproject\s*\(\s*("?)([\w.+-]+)\1([^)]*)\)/i.exec(text);
  if (project?.[2] !== undefined) {
    const version = /\bVERSION\s+"?(\d[\w.]*)/.exec(project[3] ?? '')?.[1];
    for (const prefix of ['PROJECT', 'CMAKE_PROJECT']) {
      found.set(`${prefix}_NAME`, project[2]);
      if (version !== undefined) found.set(`${prefix}_VERSION`, version);
    }
    if (version !== undefined) found.set(`${project[2]}_VERSION`, version);
    for (const [i, part] of ['MAJOR', 'MINOR', 'PATCH', 'TWEAK'].entries()) {
      const number = version?.split('.')[i];
      if (number !== undefined) found.set(`PROJECT_VERSION_${part}`, number);
    }
  }
  for (const match of text.matchAll(/\bset\s*\(\s*(\w+)\s+(?:"([^"]*)"|([^\s()"]+))[^)]*\)/gi)) {
    const value = expand(match[2] ?? match[3] ?? '', /\$\{(\w+)\}/g, found);
    if (value !== undefined) found.set(match[1] ?? '', value);
  }
  return found;
}

/** Reads variables of autoconf from AC_INIT, AC_SUBST and plain assignments. Expands macros of m4_define in them. */
function ofAutoconf(source: string): Variables {
  const text = source.replace(/^[ \t]*(?:dnl|#).*$/gm, '');
  const found = new Map<string, string>();
  const macros = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(
    /\b(?:m4_define|define)\(\s*\[?(\w+)\]?\s*,\s*\[?([\w.+~-]+)\]?\s*\)/g,
  )) {
    macros.set(name, value);
  }
  const plain = (word: string | undefined): string | undefined => {
    const bare = word?.trim().replace(/^[["']+|[\]"']+$/g, '');
    if (bare === undefined || bare === '') return undefined;
    if (/[()$`]/.test(bare)) return undefined;
    return bare.replace(/\w+/g, (name) => macros.get(name) ?? name).replace(/\]?\.?\[/g, '.');
  };
  const [, name, version, , tarname] =
    /\bAC_INIT\(([^,)]*),([^,)]*)(?:,([^,)]*))?(?:,([^,)]*))?[,)]/.exec(text) ?? [];
  const short = (plain(tarname) ?? plain(name))?.toLowerCase().replace(/[^a-z0-9_+.-]+/g, '-');
  const told: [string, string | undefined][] = [
    ['PACKAGE_NAME', plain(name)],
    ['PACKAGE_TARNAME', short],
    ['PACKAGE', short],
    ['PACKAGE_VERSION', plain(version)],
    ['VERSION', plain(version)],
  ];
  for (const [variable, value] of told) if (value !== undefined) found.set(variable, value);
  for (const [, variable = '', value = ''] of text.matchAll(
    /^[ \t]*([A-Za-z_]\w*)=["']?([^\s"'`;]+)["']?[ \t]*$/gm,
  )) {
    const expanded = expand(value, /\$\{?(\w+)\}?/g, found);
    if (expanded !== undefined) found.set(variable, expanded);
  }
  for (const [, variable = '', value] of text.matchAll(
    /\bAC_SUBST\(\s*\[?(\w+)\]?\s*,\s*([^)]*)\)/g,
  )) {
    const word = value?.trim().replace(/^[["']+|[\]"']+$/g, '') ?? '';
    const expanded = expand(macros.get(word) ?? word, /\$\{?(\w+)\}?/g, found);
    if (expanded !== undefined) found.set(variable, expanded);
  }
  return found;
}

/**
 * Reads variables of meson from project(), assignments and configuration data. A value is known only if it is a
 * literal, the name or the version of the project, or a variable with such a value.
 */
function ofMeson(source: string): Variables {
  const text = source.replace(/#.*$/gm, '');
  const found = new Map<string, string>();
  const [, name = '', rest = ''] = /\bproject\s*\(\s*'([^']+)'([^)]*)\)/.exec(text) ?? [];
  const version = /\bversion\s*:\s*'([^']+)'/.exec(rest)?.[1];
  const worth = (word: string): string | undefined => {
    // An expression that goes on, such as `'1.0' + suffix`, has an unknown value.
    const [, whole = ''] = /^('[^']*'|\w+|meson\.\w+\(\s*\))\s*(?:[),}\]].*)?$/.exec(word) ?? [];
    if (/^meson\.project_version\b/.test(whole)) return version;
    if (/^meson\.project_name\b/.test(whole)) return name || undefined;
    return /^'(.*)'$/.exec(whole)?.[1] ?? found.get(whole);
  };
  for (const match of text.matchAll(
    /^[ \t]*(\w+)[ \t]*=\s*(.+)$|\.set(?:_quoted)?\(\s*'(\w+)'\s*,\s*([^\n]+)|'(\w+)'\s*:\s*([^\n]+)/gm,
  )) {
    const variable = match[1] ?? match[3] ?? match[5] ?? '';
    const value = worth((match[2] ?? match[4] ?? match[6] ?? '').trim());
    if (value !== undefined) found.set(variable, value);
  }
  if (version !== undefined && !found.has('version')) found.set('version', version);
  if (name !== '') found.set('name', name);
  return found;
}

/**
 * Reads variables of an RPM .spec file from Name, Version, Release, %define and %global. Expands `%{name}` in them. A
 * value with an unknown macro is left out. So is a %define or %global whose value has blanks. Of a tag the first word
 * counts. Text after another `%` is cut off. The first value that is not left out counts.
 */
function ofSpec(text: string): Variables {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, tag, tagged] = /^(Name|Version|Release)\s*:\s*(\S+)/i.exec(line) ?? [];
    const [, macro, defined] = /^\s*%(?:define|global)\s+(\w+)\s+(\S+)\s*$/.exec(line) ?? [];
    const variable = tag?.toLowerCase() ?? macro;
    const value = expand(tagged ?? defined ?? '', /%\{?\??!?(\w+)\}?/g, found);
    if (variable !== undefined && value !== undefined && !found.has(variable)) {
      found.set(variable, value.replace(/%.*$/, ''));
    }
  }
  return found;
}

/** Expands the variables in a text. Returns undefined if one of them is unknown. */
function expand(text: string, reference: RegExp, known: Variables): string | undefined {
  let whole = true;
  const value = text.replace(reference, (_, name: string) => {
    const found = known.get(name) ?? known.get(name.toLowerCase());
    if (found === undefined) whole = false;
    return found ?? '';
  });
  return whole ? value : undefined;
}
