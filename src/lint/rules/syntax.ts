import { isDirective } from '../../dkms/conf/directives.ts';
import type { ConfRule } from '../text/rule.ts';

const blankAroundEquals: ConfRule = {
  code: 'blank-around-equals',
  severity: 'error',
  title: 'a blank beside the equals sign',
  why: 'bash reads NAME = value as a command named NAME, so the directive is not set.',
  bad: 'PACKAGE_NAME = "foo"',
  good: 'PACKAGE_NAME="foo"',
  *check({ text }) {
    for (const { start, valueStart, end, name } of text.assignments) {
      if (!isDirective(name) || end > valueStart) continue;
      const behind = /^[ \t]+(?=["'$\w/])/.exec(text.text.slice(end, end + 200))?.[0];
      // `NAME= command` is valid in bash and runs a command. Only a quoted word was certainly meant as the value.
      if (behind === undefined || !/["']/.test(text.text.charAt(end + behind.length))) continue;
      yield {
        line: text.lineOf(start),
        message: `${name}= is followed by a blank, so its value is empty`,
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
        message: `there is a blank before the "=" of ${name}, so bash reads it as a command`,
        edits: [{ start: equals, end: start + (blanks[0]?.length ?? 0), text: '=' }],
      };
    }
  },
};

const carriageReturn: ConfRule = {
  code: 'carriage-return',
  severity: 'warning',
  title: 'DOS line endings',
  why: 'DKMS removes carriage returns from the values of directives only since 3.1.5. In older versions the carriage return becomes part of the value. If the file runs shell commands, in all versions the carriage return becomes part of the last word of each command.',
  bad: 'PACKAGE_NAME="foo"\r',
  good: 'PACKAGE_NAME="foo"',
  fixable: true,
  *check({ text }) {
    const found = [...text.text.matchAll(/\r(?=\n|$)/g)].map(({ index }) => index);
    const [first] = found;
    if (first === undefined) return;
    yield {
      line: text.lineOf(first),
      message: `${found.length === 1 ? '1 line ends' : `${found.length} lines end`} with a carriage return (CR)`,
      edits: found.map((start) => ({ start, end: start + 1, text: '' })),
      advice: "run sed -i 's/\\r$//' on the file",
    };
  },
};

const shellError: ConfRule = {
  code: 'shell-error',
  severity: 'error',
  title: 'a line that bash cannot execute',
  why: 'DKMS sources the file with bash, and goes on after the error. The line sets nothing.',
  bad: 'export foo-flags="-O2"',
  good: 'export foo_flags="-O2"',
  *check({ evaluation }) {
    for (const complaint of evaluation?.evaluated.complaints ?? []) {
      const [, line, what] = /: line (\d+): (.*)$/.exec(complaint) ?? [];
      if (!/bad substitution|bad array subscript|not a valid identifier/.test(what ?? '')) continue;
      // Only errors in the file's own lines are reported here. The rule value-lost reports errors of DKMS's second
      // evaluation.
      if (!complaint.startsWith(`${evaluation?.evaluated.file}: `)) continue;
      yield { line: Number(line), message: `bash reports: ${what}` };
    }
  },
};

export const SYNTAX_RULES: readonly ConfRule[] = [blankAroundEquals, carriageReturn, shellError];
