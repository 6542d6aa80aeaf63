import { expect, test } from 'vitest';
import { isKnownProgram } from '../../../src/facts/build/system-programs.ts';
import { callsOf, readUdevRules } from '../../../src/facts/build/udev-rules.ts';

test.each([
  ['a rule', 'SUBSYSTEM=="usb", ATTRS{idVendor}=="1234", MODE:="0666"\n'],
  ['comments and continued lines', '# x\nACTION=="add", \\\n  KERNEL=="x", \\\n  RUN+="y"\n'],
  ['without commas, as udev takes it', 'ACTION=="add" KERNEL=="x" RUN+="y"\n'],
  ['labels', 'GOTO="end"\nLABEL="end"\n'],
  ['escapes and case-insensitive values', 'ENV{X}==i"a\\"b", NAME=e"x"\n'],
  ['a comment behind a rule', 'KERNEL=="x", MODE="0660" # why\n'],
  ['CRLF and a byte order mark', '\ufeffKERNEL=="x", MODE="0660"\r\n'],
])('a udev rule: %s', (_, text) => {
  expect(readUdevRules(text)).toBeDefined();
});

test.each([
  ['polkit', 'polkit.addRule(function(action, subject) {\n});\n'],
  ['a makefile', '%.o: %.c\n\t$(CC) -c $<\n'],
  ['assignments of make', 'NAME = foo\nMODE = 0644\n'],
  ['snort', 'alert tcp any any -> any any (msg:"x";)\n'],
  ['iptables', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n'],
  ['audit', '-w /etc/passwd -p wa -k identity\n'],
  ['modprobe', 'options foo bar=1\n'],
  ['only comments', '# KERNEL=="x"\n'],
  ['a backslash', '\\\n'],
])('not a udev rule: %s', (_, text) => {
  expect(readUdevRules(text)).toBeUndefined();
});

test('finds the programs that udev runs, also those in its shell commands', () => {
  const rules = readUdevRules(
    [
      'RUN+="/usr/bin/find %p", RUN{builtin}+="kmod load x", RUN{program}+="a b"',
      'PROGRAM="\'/opt/my tool\' x", IMPORT{program}="c", IMPORT{db}="ID_X", RESULT=="/usr/bin/no"',
      'RUN+="/bin/sh -c \'echo 1 > /sys/x; /usr/bin/jscal -u && /usr/share/foo/y\'"',
    ].join('\n'),
  );
  expect(
    callsOf(rules ?? []).map(({ program, direct }) => `${program}${direct ? '' : ' (sh)'}`),
  ).toEqual([
    '/usr/bin/find',
    'a',
    '/opt/my tool',
    'c',
    '/bin/sh',
    '/usr/bin/jscal (sh)',
    '/usr/share/foo/y (sh)',
  ]);
});

test.each([
  ['/usr/bin/find', true],
  ['/bin/chgrp', true],
  ['/sbin/modprobe', true],
  ['/usr/bin/systemctl', true],
  ['/lib/udev/v4l_id', true],
  ['/usr/lib/udev/mine', false],
  ['/usr/local/bin/find', false],
  ['/usr/share/foo/handle', false],
  ['%E{ROOT}/usr/bin/find', false],
  ['/usr/bin/python3', false],
  // It is in the package acl, which udev does not depend on.
  ['/usr/bin/setfacl', false],
])('%s exists on every system: %s', (path, known) => {
  expect(isKnownProgram(path)).toBe(known);
});
