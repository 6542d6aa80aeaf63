import { InputError } from '../../errors.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';

/**
 * Matches the first line of a script whose interpreter is in /bin, /sbin or below /usr, where Debian has programs. A
 * relative path would depend on the directory in which dpkg runs the script.
 */
const INTERPRETER = /^#![ \t]*(\/(?:usr\/)?s?bin\/[\w.+-]+|\/usr\/[\w.+/-]+)(?:[ \t]+[^\r]*)?$/;
const SHELL = /\/(?:sh|bash|dash)$/;

/**
 * Throws InputError `bad-script` for a maintainer script that dpkg could not run, or that its shell cannot parse. A
 * shell (sh, bash or dash) only reads the script (-n) and runs nothing of it. If the interpreter is another program,
 * only the first line is checked.
 */
export async function checkScript(text: string, file: string): Promise<void> {
  const [first = ''] = text.split('\n', 1);
  const [, interpreter] = INTERPRETER.exec(first) ?? [];
  if (interpreter === undefined) {
    throw new InputError(
      'bad-script',
      'the script does not begin with #! and the path of an interpreter in /bin, /sbin or /usr',
      {
        where: { file, line: 1 },
        hint: 'Begin the script with #!/bin/sh: dpkg runs the script as a program (Debian Policy 6.1).',
      },
    );
  }
  if (!SHELL.test(interpreter)) return;
  if (text.includes('\0')) {
    throw new InputError('bad-script', 'the script contains a byte with the value 0', {
      where: { file },
      hint: 'Remove the byte: a shell script is text.',
    });
  }
  const { exitStatus, stderr } = await run(SHELL.exec(interpreter)?.[0].slice(1) ?? 'sh', ['-n'], {
    input: text,
    accept: ANY_STATUS,
    timeoutSeconds: 10,
  });
  if (exitStatus === 0) return;
  throw new InputError('bad-script', 'the shell cannot read the script to its end', {
    where: { file },
    output: stderr.trim().split('\n').slice(0, 5),
    hint: `Check the script with ${SHELL.exec(interpreter)?.[0].slice(1)} -n; the error may be in the commands that replace #DEBHELPER#.`,
  });
}
