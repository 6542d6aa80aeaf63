// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables
import { describe, expect, test } from 'vitest';
import {
  onlySetsVariables,
  setsPlainVariables,
} from '../../../src/dkms/conf/only-sets-variables.ts';
import { ONE } from '../../support/conf-text.ts';

const onlySets = (line: string) => onlySetsVariables(`${ONE}${line}\n`);

test.each([
  'A="b c" # d',
  "A='$kernelver'",
  'A[0]=b${c}d',
  'export A=1',
  'A="b \\\n c"',
  'A="\\$kernelver"',
  'A="make -C ${kernel_source_dir} M=${dkms_tree}/${PACKAGE_NAME}/${PACKAGE_VERSION}/build"',
  'A="${B[0]} ${C%%-*} ${D:-e}"',
  'BUILD_EXCLUSIVE_KERNEL="^6.[0-9]+"',
])('%j only sets variables', (line) => {
  expect(onlySets(line)).toBe(true);
});

test.each([
  'A=$(b)',
  "A='`b`'",
  'A=b; c',
  'A=b c',
  'A=*',
  'A=$PWD',
  '. ./b',
  'if [ -e x ]; then',
  "A=$'\\x60b\\x60'",
])('%j does more', (line) => {
  expect(onlySets(line)).toBe(false);
});

// Bug: these files ran their command in the tree itself, not in a copy.
describe('a command is found', () => {
  test.each([
    ['behind an escaped $', 'A="\\$(b)"'],
    ['that two assignments make', 'A="\\$"\nA+="(b)"'],
    ['after a double quote in single quotes', `A='x" ; b ; "'`],
    ['after an escaped double quote', 'A="x\\" ; b ; \\""'],
    ['after a # that begins no comment', 'A="x"#;b'],
    ['after an empty value and #', 'A=#;b'],
    ['after a # behind a vertical tab', 'A=x\v#;b'],
    ['after a comment with a backslash at its end', '# a \\\nb'],
    ['after a backslash at the end of a quoted line', "A='x\\\n'\nC=' b '"],
    ['in a prompt', 'A="${B@P}"'],
    ['in the prompt of a name that DKMS expands', "A='${B@P}'"],
    ['in the name of a file', 'A="make * b"'],
    ['in the name of a file, by extglob', 'A="make !(c) b"'],
    ['in the name of a file, by another directive', 'PATCH_MATCH="*"\nA="make $PATCH_MATCH b"'],
    ['that replaces a program', 'PATH=.\nDKMS_DIRECTIVE_A="b=c"'],
    ['in a library', 'export LD_PRELOAD=./a.so'],
  ])('%s', (_name, line) => {
    expect(onlySets(line)).toBe(false);
  });

  test('that writes where our own variable leads', () => {
    expect(onlySets('dkms_deb_scratch=/etc/motd')).toBe(false);
  });
});

test.each([
  ['A="b c"', true],
  ['BUILD_EXCLUSIVE_KERNEL="^6.[0-9]"', false],
  ['BUILD_EXCLUSIVE_KERNEL="^6"', true],
])('%j sets variables to texts that match no file: %s', (line, expected) => {
  expect(setsPlainVariables(`${ONE}${line}\n`)).toBe(expected);
});

// Bug: ten variables in one value took minutes.
test('a value with many variables is read in linear time', () => {
  expect(onlySets(`A="${'$kernelver '.repeat(3000)}\`b\`"`)).toBe(false);
  expect(onlySets(`A=${'$kernelver'.repeat(3000)};b`)).toBe(false);
});

// Bug: so many quotes in one line took hours.
test('a line with many quotes is read in linear time', () => {
  expect(onlySets(`A="${"'".repeat(200_000)}"`)).toBe(true);
  expect(onlySets(`A="${"'".repeat(200_000)}\\\n"`)).toBe(false);
});
