// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateConf, scalar } from '../../../src/dkms/conf/evaluate.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { evaluateText, KERNEL, ONE } from '../../support/conf-text.ts';
import { withEnvironment } from '../../support/environment.ts';

const make = async (text: string | Buffer) => scalar(await evaluateText(text), 'MAKE');

describe('the effect of DKMS’s shell on a value', () => {
  test.each([
    [
      'the second round of expansion',
      "MAKE='make ${kernelver%%-*} $(echo hi) `echo ho`'",
      'make 6.1.0 hi ho',
    ],
    ['an escaped dollar', 'MAKE="make \\\\\\$HOME"', 'make $HOME'],
    ['lost double quotes', 'MAKE="make V=\\"1.2\\" x"', 'make V=1.2 x'],
    ['double quotes around a blank lose the value', 'MAKE="V=\\"1 2\\""', undefined],
    ['single quotes stay', `MAKE="'make' '1 2'"`, "'make' '1 2'"],
    ['collapsed blanks', 'MAKE="a   \'b   c\'\td\n e"', "a 'b c' d e"],
    ['backslashes', "MAKE='a\\\\b \\.'", 'a\\b \\.'],
    ['a CR at the end', 'MAKE="make"\r', 'make'],
    ['a continued line', 'MAKE="a \\\n  b"', 'a b'],
    ['+=', 'MAKE=a\nMAKE+=" b"', 'a b'],
    ['UTF-8', 'MAKE=größe', 'größe'],
    // Bugs that these tests found.
    ['extended patterns, which DKMS switches on', 'V=a12\nMAKE="${V%%+([0-9])}"', 'a'],
    [
      'a value sees only the directives before its own',
      "MAKE='x $PACKAGE_NAME $BUILT_MODULE_NAME.'",
      'x t .',
    ],
    ["DKMS's own function VER", 'MAKE=$(VER 6.9)', '006.009'],
    ['$0, which is dkms', 'MAKE=$0', '/usr/sbin/dkms'],
  ])('%s', async (_name, text, expected) => {
    expect(await make(`${ONE}${text}\n`)).toBe(expected);
  });

  test('variables of DKMS, with name and version of the dkms.conf', async () => {
    const text =
      'MAKE="$kernelver $arch $module $module_version $dkms_tree $source_tree $install_tree $kernel_source_dir $kernel_config"';
    expect(await make(ONE + text)).toBe(
      '6.1.0-56-amd64 x86_64 t 1.0 /var/lib/dkms /usr/src /lib/modules /nonexistent/build /nonexistent/build/.config',
    );
  });

  test('100 kB', async () => {
    const value = await make(`${ONE}printf -v MAKE 'make %0100000d' 7`);
    expect(value).toHaveLength(100_005);
  });
});

describe('a hostile dkms.conf', () => {
  test.each([
    [
      'noise that looks like records',
      "echo 'MAKE[0]=bad'\nprintf '\\0MAKE[0]=bad\\0!ended=yes\\0'",
    ],
    ['noise on stderr', "printf 'MAKE[0]=bad\\0' >&2"],
    ['noise on other descriptors', "printf 'MAKE[0]=bad\\0' >&3; printf 'MAKE[0]=bad\\0' >&4"],
    ['noise in the second round', 'PRE_BUILD=\'$(printf "MAKE[0]=bad\\0" >&3)\''],
    ['reading stdin', 'read -r MAKE_X; MAKE=good$MAKE_X'],
    ['set -e', 'set -e'],
    ['set -u', 'set -u'],
    ['set -f', 'set -f'],
    ['readonly', 'readonly MAKE PACKAGE_NAME'],
    [
      'functions named like builtins',
      'set() { :; }; printf() { :; }; declare() { :; }; unset() { :; }',
    ],
    ['its own variables of DKMS', 'kernelver=1 arch=z80 conf=x scratch=y'],
    ['return', 'return 5'],
    ['a job in the background', 'sleep 60 &'],
    ['a job in another session', 'setsid sleep 60 &'],
  ])('%s', async (_name, text) => {
    const begun = Date.now();
    expect(await make(`${ONE}MAKE=good\n${text}\n`)).toBe('good');
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  test('MAKEFLAGS and the caller’s variables are not passed on', async () => {
    const conf = await withEnvironment({ DKMS_DEB_TEST: 'x', PACKAGE_NAME: 'evil' }, () =>
      evaluateText('MAKE="[$DKMS_DEB_TEST][$PACKAGE_NAME]"'),
    );
    expect(scalar(conf, 'MAKE')).toBe('[][]');
    expect(scalar(conf, 'PACKAGE_NAME')).toBeUndefined();
  });
});

describe('a dkms.conf that does not run to its end', () => {
  test.each<[string, string | Buffer, string, number?]>([
    ['exit', 'exit 0', 'conf-ended-early'],
    ['set -e and a failure', 'set -e\nfalse', 'conf-ended-early'],
    // Found by comparing with dkms 3.0.10 under bash 5.2: bash becomes the last command of what it sources.
    ['a command at the end of a list at the end', 'true; date', 'conf-ended-early'],
    ['killing the shell', 'kill -9 $$', 'conf-ended-early'],
    ['an end in the second round', "MAKE='${X:?no X}'", 'conf-ended-early'],
    // The other case waits for the usual limit of 8 s.
    ['an endless loop', 'while :; do :; done', 'conf-endless', 2],
    ['waiting', 'sleep 60', 'conf-endless'],
    ['a quote that does not close', 'MAKE="make', 'conf-syntax'],
    ['a stray fi', 'fi', 'conf-syntax'],
    ['not UTF-8', Buffer.from('MAKE=gr\xf6\xdfe', 'latin1'), 'conf-not-utf8'],
  ])('%s', { timeout: 60_000 }, async (_name, text, code, seconds) => {
    const whole = Buffer.concat([Buffer.from(ONE), Buffer.from(text)]);
    await expect(evaluateText(whole, KERNEL.release, seconds)).rejects.toMatchObject({
      code,
      exitStatus: 8,
      where: { file: expect.stringContaining('dkms.conf') },
      hint: expect.any(String),
    });
  });

  test('a syntax error has its line', async () => {
    await expect(evaluateText(`${ONE}if true\nfi\n`)).rejects.toMatchObject({ where: { line: 6 } });
  });

  test('Latin-1 in a comment is accepted', async () => {
    const comment = Buffer.from('# gr\xf6\xdfe\n', 'latin1');
    expect(await make(Buffer.concat([comment, Buffer.from(`${ONE}MAKE=a`)]))).toBe('a');
  });

  test('bug: a directory instead of the file gives exit status 4', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      await expect(evaluateConf(directory, { kernel: KERNEL })).rejects.toMatchObject({
        code: 'no-conf',
        exitStatus: 4,
        message: 'dkms.conf cannot be read: is a directory (EISDIR)',
      });
    });
  });

  test('a missing file gives exit status 4', async () => {
    await expect(evaluateConf('/nonexistent/dkms.conf', { kernel: KERNEL })).rejects.toMatchObject({
      code: 'no-conf',
      exitStatus: 4,
    });
  });
});

test('BASH_SOURCE and files beside dkms.conf', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'sub'));
    await writeFile(join(directory, 'sub/VERSION'), '3.1\n');
    const file = join(directory, 'dkms.conf');
    await writeFile(file, 'PACKAGE_VERSION=$(cat "$(dirname "$BASH_SOURCE")/sub/VERSION")\n');
    const conf = await evaluateConf(file, { kernel: KERNEL });
    expect(scalar(conf, 'PACKAGE_VERSION')).toBe('3.1');
  });
});

// What takes the place of a placeholder makes the text another one: then it is read from a copy.
test.each(['dkms', 'values', 'tmp', 'copy', 'tree', 'dkms.conf'])(
  'bug: a file called %s never meets a file of ours, with its own text or a given one',
  async (name) => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, name);
      const text = (version: string) => `PACKAGE_NAME="toy"\nPACKAGE_VERSION="${version}"\n`;
      await writeFile(file, text('#MODULE_VERSION#'));
      for (const version of ['1.0', '$(echo 1.0)']) {
        const conf = await evaluateConf(file, { kernel: KERNEL }, Buffer.from(text(version)));
        expect(scalar(conf, 'PACKAGE_VERSION')).toBe('1.0');
        expect(conf.file).toBe(file);
      }
    });
  },
);
