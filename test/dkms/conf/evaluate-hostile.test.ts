// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateConf, scalar } from '../../../src/dkms/conf/evaluate.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { endMarked } from '../../../src/system/process/confine.ts';
import { run } from '../../../src/system/process/run.ts';
import { evaluateText, KERNEL, ONE } from '../../support/conf-text.ts';
import { withEnvironment } from '../../support/environment.ts';

describe('a dkms.conf that is not a regular file', () => {
  test.each([
    ['a fifo', (file: string) => run('mkfifo', [file]), 'special-file'],
    [
      'a link to a device without end',
      (file: string) => symlink('/dev/zero', file),
      'special-file',
    ],
    ['a link to itself', (file: string) => symlink('dkms.conf', file), 'no-conf'],
    ['a link to nothing', (file: string) => symlink('nothing', file), 'no-conf'],
    [
      'a sparse file of 1 TiB',
      (file: string) => run('truncate', ['-s', '1T', file]),
      'conf-too-large',
    ],
  ])('%s', async (_name, make, code) => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'dkms.conf');
      await make(file);
      const begun = Date.now();
      await expect(evaluateConf(file, { kernel: KERNEL })).rejects.toMatchObject({
        code,
        where: { file },
      });
      // A bash that reads without end is ended after 8 s.
      expect(Date.now() - begun).toBeLessThan(7500);
    });
  });
});

describe('a dkms.conf with endless output', () => {
  test.each([
    ['stderr', 'yes flood >&2', 'conf-noisy'],
    ['stderr in the background', 'yes flood >&2 & wait', 'conf-noisy'],
    ['a value', 'MAKE=$(yes | head -c 1000000000)', 'conf-greedy'],
    ['the disk', 'yes >big; exit', 'conf-ended-early'],
  ])(
    '%s: an error instead of an endless wait, with little memory',
    { timeout: 60_000 },
    async (_name, line, code) => {
      const before = process.memoryUsage().rss;
      const begun = Date.now();
      await expect(evaluateText(`${ONE}${line}\n`, KERNEL.release)).rejects.toSatisfy(
        (error: { code: string }) =>
          [code, 'conf-endless', 'conf-ended-early'].includes(error.code),
      );
      expect(Date.now() - begun).toBeLessThan(50_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
    },
  );
});

describe('processes of a dkms.conf end with it', () => {
  test.each([
    ['a job', '(sleep 4321; touch $out) >/dev/null 2>&1 &'],
    ['a session', 'setsid sh -c "sleep 4321; touch $out" >/dev/null 2>&1 &'],
    ['a double fork', '( ( setsid nohup sleep 4321 ) >/dev/null 2>&1 & ) &'],
  ])('%s', async (_name, line) => {
    const marker = `4321${process.pid}${Math.floor(Math.random() * 1e4)}`;
    const text = `${ONE}out=/nonexistent\nMAKE=good\n${line.replaceAll('4321', marker)}\n`;
    expect(scalar(await evaluateText(text), 'MAKE')).toBe('good');
    const { stdout } = await run('ps', ['-eo', 'args'], {});
    expect(stdout).not.toContain(`sleep ${marker}`);
  });

  test('without a pid namespace the process is found by its mark', async () => {
    await withTemporaryDirectory('test', async (scratch) => {
      const seconds = `4${process.pid}${Math.floor(Math.random() * 1e4)}`;
      const mark = `DKMS_DEB_TEST_MARK${seconds}`;
      await run('bash', ['-c', `setsid sleep ${seconds} >/dev/null 2>&1 & disown; sleep 0.2`], {
        env: { [mark]: 'yes' },
      });
      await endMarked(`${mark}=yes`, scratch);
      const { stdout } = await run('ps', ['-eo', 'args']);
      expect(stdout).not.toContain(`sleep ${seconds}`);
    });
  });
});

test.each(['kill $PPID', 'kill -9 $PPID', 'kill -9 0', 'kill -TERM -- -$$', 'kill -9 -1'])(
  '%s does not end us',
  async (line) => {
    // As nobody else's process: `kill -9 -1` would end what belongs to this user.
    if (line === 'kill -9 -1' && !(await hasNamespace())) return;
    await evaluateText(`${ONE}${line}\n`).catch((error: { code: string }) => {
      expect(error.code).toBe('conf-ended-early');
    });
  },
);

async function hasNamespace(): Promise<boolean> {
  const { exitStatus } = await run(
    'unshare',
    ['--user', '--map-current-user', '--pid', '--fork', '--mount-proc', 'true'],
    { accept: [0, 1] },
  );
  return exitStatus === 0;
}

test('$PPID and $$ in a value are not ids of our processes, and never 1', async () => {
  const conf = await evaluateText(`${ONE}MAKE='kill $PPID $$'\n`);
  for (const pid of (scalar(conf, 'MAKE') ?? '').split(' ').slice(1).map(Number)) {
    expect(pid).toBeGreaterThan(1);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH|EPERM/);
  }
});

test('a dkms.conf does not see secrets of the caller', async () => {
  const secrets = ['DEB_SIGN_KEYID', 'GPG_AGENT_INFO', 'GITHUB_TOKEN', 'DEBEMAIL', 'SSH_AUTH_SOCK'];
  const variables = Object.fromEntries(secrets.map((name) => [name, 'secret']));
  const conf = await withEnvironment(variables, () =>
    evaluateText(`${ONE}MAKE="[$(env | grep -c secret)]"\n`),
  );
  expect(scalar(conf, 'MAKE')).toBe('[0]');
});

test('its child processes have limits of memory, files and CPU time', async () => {
  const conf = await evaluateText(`${ONE}MAKE="$(ulimit -f) $(bash -c 'ulimit -d; ulimit -c')"\n`);
  expect(scalar(conf, 'MAKE')).toBe('65536 131072 0');
});

test('the variables that DKMS 3.0 to 3.4 sets are set', async () => {
  const names =
    'parallel_jobs current_kernel current_os running_distribution tmp_location compress_xz_opts action install_tree';
  const text = `${ONE}MAKE="'make' --jobs=\${parallel_jobs}"\nPRE_BUILD="${names.replace(/\w+/g, '$&=${$&:+set}')}"\nPOST_BUILD="$(sh -c 'echo $kernelver $arch $module $module_version')"\n`;
  const conf = await evaluateText(text);
  expect(scalar(conf, 'MAKE')).toMatch(/^'make' --jobs=[1-9]\d*$/);
  expect(scalar(conf, 'PRE_BUILD')).toBe(names.replace(/\w+/g, '$&=set'));
  expect(scalar(conf, 'POST_BUILD')).toBe('6.1.0-56-amd64 x86_64 t 1.0');
});

test('the file is not changed', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    const text = `${ONE}cat $BASH_SOURCE >copy; sed -i s/t/x/ $BASH_SOURCE\n:\n`;
    await writeFile(file, text);
    await evaluateConf(file, { kernel: KERNEL });
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});

test('bug: with a full disk a dkms.conf set nothing, as if it had no names', async () => {
  const text = `${ONE}\necho value >/dev/full\n`;
  await expect(evaluateText(text)).rejects.toMatchObject({
    code: 'disk-full',
    output: [expect.stringContaining('No space left on device')],
  });
});

test('bug: with a low ulimit -u a dkms.conf was endless, and the reason not told', async () => {
  const said = 'dkms: fork: retry: Resource temporarily unavailable';
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, `${ONE}echo "${said}" >&2\nwhile :; do :; done\n`);
    const reading = evaluateConf(file, { kernel: KERNEL });
    await expect(reading).rejects.toMatchObject({
      code: 'conf-endless',
      message: 'dkms.conf cannot be read: there are too many processes',
      hint: expect.stringContaining('ulimit -u'),
    });
  });
});

test('bug: the shorter time limit for the second dkms.conf of a tree was ignored', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, `${ONE}sleep 60\n`);
    const begun = performance.now();
    const reading = evaluateConf(file, { kernel: KERNEL, timeoutSeconds: 1 });
    await expect(reading).rejects.toMatchObject({
      code: 'conf-endless',
      message: 'dkms.conf did not finish within 1 s',
    });
    expect(performance.now() - begun).toBeLessThan(9000);
  });
});
