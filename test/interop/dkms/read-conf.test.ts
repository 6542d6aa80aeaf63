import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConf } from '../../../src/dkms/conf/conf.ts';
import { type EvaluatedConf, evaluateConf, scalar } from '../../../src/dkms/conf/evaluate.ts';
import { dkmsVariables } from '../../../src/dkms/conf/shell-of-dkms.ts';
import { ConfError } from '../../../src/errors.ts';
import { type KernelHeaders, readHeaders } from '../../../src/kernel/headers.ts';
import { makeCommand } from '../../../src/module/compile/run-make.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ARCHIVE_PACKAGES, archivePackage } from '../../support/archive-packages.ts';
import { CASES } from '../../support/conf-cases.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { dkmsVersion, type RealConf, realReadConf } from '../../support/real-read-conf.ts';

const kernels = await Promise.all(
  (await installedKernels()).map((release) => readHeaders(release)),
);
const version = await dkmsVersion();

/** A conf in words that both sides can be put into. */
interface Meaning {
  readonly errors: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

async function ours(file: string, kernel: KernelHeaders, identity: Identity): Promise<Meaning> {
  try {
    const evaluated = await evaluateConf(file, { kernel, identity });
    const conf = readConf(evaluated, kernel);
    const generic = dkmsVariables({ kernel, identity });
    const make = conf.make ?? makeCommand({ make: undefined }, generic, { clang: false }, 1);
    return {
      errors: [],
      values: {
        name: conf.name,
        version: conf.version,
        make: conf.make ? make : make.replace(/^make -j1 KERNELRELEASE=\S+/, 'make'),
        patches: conf.patches,
        preBuild: conf.preBuild ?? '',
        postBuild: conf.postBuild ?? '',
        buildDepends: conf.buildDepends,
        excluded: conf.excluded !== undefined,
        modules: conf.modules.map((module) => ({
          built: `${module.builtLocation}${module.builtName}`,
          installed: module.installedName,
          strip: module.strip,
          excluded: module.excluded !== undefined,
        })),
      },
    };
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
    return { errors: error.output.filter((line) => line.startsWith('dkms.conf: Error!')).sort() };
  }
}

interface Identity {
  readonly name: string;
  readonly version: string;
}

function meaningOf(real: RealConf): Meaning {
  if (real.status !== 0) {
    // The sum of the other complaints: ours need not say it once more.
    return { errors: real.errors.filter((line) => !line.includes('length mismatch')).sort() };
  }
  const list = (name: string) =>
    [...real.values].filter(([key]) => key.startsWith(`${name}[`)).map(([, value]) => value);
  const at = (name: string, i: number) => real.values.get(`${name}[${i}]`) ?? '';
  const excluded = Boolean(real.values.get('build_exclude'));
  return {
    errors: [],
    values: {
      name: real.values.get('package_name'),
      version: real.values.get('package_version'),
      make: real.values.get('make_command'),
      patches: list('patch_array'),
      preBuild: real.values.get('pre_build'),
      postBuild: real.values.get('post_build'),
      buildDepends: list('BUILD_DEPENDS').filter((value) => value !== ''),
      excluded,
      modules: list('built_module_name').map((name, i) => ({
        built: at('built_module_location', i) + name,
        installed: at('dest_module_name', i),
        strip: at('strip', i) !== 'no',
        excluded: version === '3.0' ? excluded : real.values.has(`excluded[${i}]`),
      })),
    },
  };
}

// The oldest and the newest: what else a kernel can differ in, real drivers ask for below.
const ends = [...new Set([kernels.at(0), kernels.at(-1)])].filter((kernel) => kernel !== undefined);

describe.each(ends.map((kernel) => ({ kernel })))('DKMS on $kernel.release', ({ kernel }) => {
  test.each(CASES)('$name', async ({ text, old, newer }) => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'dkms.conf');
      await writeFile(file, `${text}\n`);
      const identity = { name: 't', version: '1.0' };
      const real = meaningOf(await realReadConf(directory, file, kernel, identity));
      const mine = await ours(file, kernel, identity);
      const differs = version === 'newer' ? newer : old;
      if (differs === undefined) expect(mine).toEqual(real);
    });
  });
});

/** A difference between the versions that is none on any kernel should lose its name. */
test.runIf(version === '3.0').each(CASES.filter((each) => each.old !== undefined))(
  'DKMS 3.0.10 differs: $name: $old',
  async ({ text }) => {
    let differs = false;
    for (const kernel of ends) {
      await withTemporaryDirectory('test', async (directory) => {
        const file = join(directory, 'dkms.conf');
        await writeFile(file, `${text}\n`);
        const identity = { name: 't', version: '1.0' };
        const real = meaningOf(await realReadConf(directory, file, kernel, identity));
        const mine = await ours(file, kernel, identity);
        if (JSON.stringify(real) !== JSON.stringify(mine)) differs = true;
      });
    }
    expect(differs).toBe(true);
  },
);

async function compareTree(file: string, directory: string): Promise<void> {
  for (const kernel of kernels) {
    const evaluated: EvaluatedConf = await evaluateConf(file, { kernel });
    const identity = {
      name: scalar(evaluated, 'PACKAGE_NAME') ?? '',
      version: scalar(evaluated, 'PACKAGE_VERSION') ?? '',
    };
    const real = meaningOf(await realReadConf(directory, file, kernel, identity));
    expect(real.errors).toEqual([]);
    expect(await ours(file, kernel, identity)).toEqual(real);
  }
}

test.each(ARCHIVE_PACKAGES)('the dkms.conf of %s', async (name) => {
  await withTemporaryDirectory('test', async (directory) => {
    const { confFile } = await archivePackage(name, directory);
    await compareTree(confFile, directory);
  });
});

test.each(['hello', 'duo'] as const)('the dkms.conf of examples/%s', async (name) => {
  await withTemporaryDirectory('test', async (directory) => {
    const tree = await exampleDirectory(name, directory);
    await compareTree(join(tree, 'dkms.conf'), directory);
  });
});
