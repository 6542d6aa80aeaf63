import { isDirective } from '../../dkms/conf/directives.ts';
import type { ConfRule } from '../text/rule.ts';

const blankAroundEquals: ConfRule = {
  code: 'blank-around-equals',
  severity: 'error',
  title: 'a blank beside the equals sign',
  why: 'bash takes NAME = value as a command called NAME; DKMS then misses the directive.',
  bad: 'PACKAGE_NAME = "foo"',
  good: 'PACKAGE_NAME="foo"',
  *check({ text }) {
    for (const { start, valueStart, end, name } of text.assignments) {
      if (!isDirective(name) || end > valueStart) continue;
      const behind = /^[ \t]+(?=["'$\w/])/.exec(text.text.slice(end, end + 200))?.[0];
      // `NAME= command` runs a command with an empty NAME: only a quotation can be no command's name.
      if (behind === undefined || !/["']/.test(text.text.charAt(end + behind.length))) continue;
      yield {
        line: text.lineOf(start),
        message: `${name}= is followed by a blank: it is set to nothing`,
        edits: [{ start: end, end: end + behind.length, text: '' }],
      };
    }
    for (let line = 1; line <= text.lineCount; line++) {
      const [, before = '', name = ''] =
        /^(\s*)(\w+)(?:\[\w+\])?[ \t]+\+?=(?!=)/.exec(text.line(line)) ?? [];
      const start = text.startOf(line) + before.length;
      if (!isDirective(name) || text.assignments.some((a) => a.start < start && start < a.end)) {
        continue;
      }
      const blanks = /^\w+(?:\[\w+\])?([ \t]+)\+?=([ \t]*)/.exec(text.text.slice(start)) ?? [];
      const equals = start + text.text.slice(start).indexOf(blanks[1] ?? ' ');
      yield {
        line,
        message: `there is a blank before the "=" of ${name}: bash takes it as a command`,
        edits: [{ start: equals, end: start + (blanks[0]?.length ?? 0), text: '=' }],
      };
    }
  },
};

const carriageReturn: ConfRule = {
  code: 'carriage-return',
  severity: 'warning',
  title: 'DOS line ends',
  why: 'DKMS strips the carriage return from values since 3.1.5 only; before, and in every command of the file, it is part of the word.',
  bad: 'PACKAGE_NAME="foo"\r',
  good: 'PACKAGE_NAME="foo"',
  fixable: true,
  *check({ text }) {
    const found = [...text.text.matchAll(/\r(?=\n|$)/g)].map(({ index }) => index);
    const [first] = found;
    if (first === undefined) return;
    yield {
      line: text.lineOf(first),
      message: `${found.length} lines end with a carriage return`,
      edits: found.map((start) => ({ start, end: start + 1, text: '' })),
      advice: "sed -i 's/\\r$//'",
    };
  },
};

const shellError: ConfRule = {
  code: 'shell-error',
  severity: 'error',
  title: 'bash cannot do what a line says',
  why: 'DKMS sources the file with bash and goes on after the error: what the line was to set is not set.',
  bad: 'export foo-flags="-O2"',
  good: 'export foo_flags="-O2"',
  *check({ evaluation }) {
    for (const complaint of evaluation?.evaluated.complaints ?? []) {
      const [, line, what] = /: line (\d+): (.*)$/.exec(complaint) ?? [];
      if (!/bad substitution|bad array subscript|not a valid identifier/.test(what ?? '')) continue;
      // Of the file itself: of DKMS's second round value-lost tells.
      if (!complaint.startsWith(`${evaluation?.evaluated.file}: `)) continue;
      yield { line: Number(line), message: `bash says: ${what}` };
    }
  },
};

export const SYNTAX_RULES: readonly ConfRule[] = [blankAroundEquals, carriageReturn, shellError];
