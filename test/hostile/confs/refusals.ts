import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ANY_STATUS, type RunResult, run } from '../../../src/system/process/run.ts';
import { askDpkg } from '../dpkg-verdict.ts';

const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'];

export function dpkgDeb(...args: string[]): Promise<RunResult> {
  return run('dpkg-deb', args, { accept: ANY_STATUS, maximumOutput: 512 * 1024 * 1024 });
}

/**
 * What dpkg and dpkg-deb have against a package, and the shell against its scripts. These are not run: dpkg gets
 * a copy without them.
 */
export async function refusals(deb: string, scratch: string): Promise<string[]> {
  const found: string[] = [];
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const extracted = join(scratch, 'extracted');
  const copy = join(scratch, 'copy.deb');
  try {
    for (const args of [
      ['-I', deb],
      ['-R', deb, extracted],
    ]) {
      const { exitStatus, output } = await dpkgDeb(...args);
      // dpkg-deb -R has no other place for DEBIAN; dpkg has.
      if (/DEBIAN: File exists/.test(output)) return [];
      if (exitStatus !== 0) return [output.trim()];
    }
    for (const name of SCRIPTS) {
      const script = join(extracted, 'DEBIAN', name);
      if (!existsSync(script)) continue;
      found.push(...(await againstScript(name, script)));
      rmSync(script);
    }
    const built = await dpkgDeb('-Znone', '-b', extracted, copy);
    if (built.exitStatus !== 0) return [...found, built.output.trim()];
    const { takes, said } = await askDpkg(copy, join(scratch, 'dpkg'));
    return takes ? found : [...found, said];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function againstScript(name: string, script: string): Promise<string[]> {
  const [, interpreter] = /^#!\s*(\S+)/.exec(readFileSync(script, 'latin1')) ?? [];
  if (interpreter === undefined) return [`${name} has no #!`];
  if (!existsSync(interpreter)) return [`${name}: there is no ${interpreter}`];
  if (!/\/(?:ba|da)?sh$/.test(interpreter)) return [];
  const { exitStatus, output } = await run(interpreter, ['-n', script], { accept: ANY_STATUS });
  return exitStatus === 0 ? [] : [`${name}: ${output.trim().slice(-200)}`];
}
