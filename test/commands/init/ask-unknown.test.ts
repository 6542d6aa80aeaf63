import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { readAsking } from '../../../src/commands/init/ask-unknown.ts';
import { readDriver } from '../../../src/driver/read-driver.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { type Question, takeGuesses } from '../../../src/report/question.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONF =
  'PACKAGE_NAME="toy"\nPACKAGE_VERSION="VERSION"\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n';

/** Returns the questions that init asks about a tree, and the version that the answer `said` gives the driver. */
async function asked(version: string, said: string, more: Readonly<Record<string, string>> = {}) {
  return withTemporaryDirectory('test', async (directory) => {
    const files = {
      'dkms.conf': CONF.replace('"VERSION"', `"${version}"`),
      Makefile: 'obj-m += toy.o\n',
      'toy.c': 'MODULE_LICENSE("GPL");\nMODULE_AUTHOR("Jane Doe <jane@example.org>");\n',
      ...more,
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    const texts: string[] = [];
    const questions = {
      ask: async ({ text, guess = '', problem }: Question) => {
        texts.push(text.replace(/ \(.*/, ''));
        const answer = /^Version/.test(text) ? said || guess : guess;
        expect(problem?.(answer)).toBeUndefined();
        return answer;
      },
    };
    const reporter = { note: () => {} } as unknown as Reporter;
    const read = ({ set = [] }: { readonly set?: readonly string[] }) =>
      readDriver(directory, referenceKernel(), {
        choices: {
          set: Object.fromEntries(set.map((text) => text.split('=') as [string, string])),
        },
      });
    const driver = await readAsking({}, directory, read, { questions, reporter });
    return { texts: texts.filter((text) => !text.startsWith('Maintainer')), driver };
  });
}

test('a version that is only a guess is asked about, also where it fills a placeholder', async () => {
  for (const version of ['#MODULE_VERSION#', '@VERSION@', '']) {
    const { texts, driver } = await asked(version, '2.5');
    expect(texts).toEqual(['Version of the driver']);
    expect(driver.driverConf.version.value).toBe('2.5');
    const { driver: guessed } = await asked(version, '');
    expect(guessed.driverConf.version.value).toMatch(/^0~\d{8}$/);
  }
});

test('a version that the tree states is not asked about', async () => {
  expect((await asked('1.0', '2.5')).texts).toEqual([]);
  const { texts, driver } = await asked('#MODULE_VERSION#', '2.5', { VERSION: '3.1\n' });
  expect(texts).toEqual([]);
  expect(driver.driverConf.version.value).toBe('3.1');
});

// Bug: --yes took a part of the project, the first by its name, and did not say so.
test('of several dkms.conf files the one nearest to the top is proposed, and the chosen one is told', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    for (const path of ['a-part/src', 'src']) {
      await mkdir(join(directory, path), { recursive: true });
      await writeFile(join(directory, path, 'Makefile'), 'obj-m += toy.o\n');
      await writeFile(join(directory, path, 'toy.c'), 'MODULE_LICENSE("GPL");\n');
      const name = path === 'src' ? 'toy' : 'part';
      const text = CONF.replace('"toy"', `"${name}"`).replace('"VERSION"', '"1.0"');
      await writeFile(join(directory, path, 'dkms.conf'), text);
    }
    const notes: string[] = [];
    const reporter = { note: (text: string) => notes.push(text) } as unknown as Reporter;
    const read = ({ conf }: { readonly conf?: string | undefined }) =>
      readDriver(directory, referenceKernel(), {
        choices: conf === undefined ? {} : { conf: relative(directory, conf) },
      });
    const driver = await readAsking({}, directory, read, { questions: takeGuesses, reporter });
    expect(driver.conf.name).toBe('toy');
    expect(notes.at(-1)).toBe(
      'Taking src/dkms.conf. To take another dkms.conf, name it with --conf.',
    );
  });
});
