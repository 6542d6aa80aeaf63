import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256OfFile } from '../../src/archives/store/header-store.ts';
import type { DkmsConf } from '../../src/dkms/conf/conf.ts';
import { parseKernelConfig } from '../../src/kernel/config.ts';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { stageModulesPackage } from '../../src/package/modules/modules-package.ts';
import { writePackage } from '../../src/package/staged-package.ts';
import { sha256 } from '../../src/system/files/sha256.ts';
import { writeCommon } from './common-package.ts';
import { builtModule, helloDescription } from './module-build.ts';
import { small } from './verify-fixture.ts';

/** A kernel of the simulated archive: 6.12.N of the flavour `test`, which no real archive has. */
export const testRelease = (number: number) => `6.12.${number}+deb13-test`;

export interface TestModules {
  readonly driver?: string;
  /** The version of the driver's package. */
  readonly version?: string;
  /** N of 6.12.N. */
  readonly kernel: number;
  /** Anything; other values give another Build-Key. */
  readonly input?: string;
  /** The text of the files for all kernels; undefined if there are none. */
  readonly common?: string;
  /** The value of Module-Signers. */
  readonly signers?: string;
}

/** Returns the Build-Key that writeModules gives a package. */
export function testKey({ driver = 'hello', version = '1.0-1', kernel, input = '' }: TestModules) {
  return `sha256:${sha256(`${driver} ${version} ${kernel} ${input}`)}`;
}

/** Writes a package of modules that verify accepts, as bmdeb does, but with a module of a few bytes. */
export async function writeModules(directory: string, modules: TestModules): Promise<string> {
  const { driver = 'hello', version = '1.0-1', kernel, input = '' } = modules;
  const release = testRelease(kernel);
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${driver}.ko`);
  await writeFile(
    file,
    small({
      info: { name: driver, vermagic: `${release} SMP preempt mod_unload modversions `, x: input },
    }),
  );
  const conf = { name: driver, version: '1.0' } as DkmsConf;
  const headers: KernelHeaders = {
    release,
    directory: '/nowhere',
    configFile: undefined,
    config: parseKernelConfig('CONFIG_MODVERSIONS=y\n'),
    architecture: 'amd64',
    machine: 'x86_64',
    moduleDirectory: '/usr/lib/modules',
    packageVersion: `6.12.${kernel}-1`,
  };
  const changelog = `${driver} (${version}) unstable; urgency=medium\n\n  * New.\n\n -- Erika Mustermann <erika@example.org>  Mon, 02 Mar 2026 10:00:00 +0000\n`;
  const description = {
    ...helloDescription(version, changelog),
    source: driver,
    dkmsPackage: `${driver}-dkms`,
    paragraphs: ['A greeting that drivers give.'],
  };
  const staged = await stageModulesPackage(
    builtModule(conf, `${driver}.ko`, file),
    headers,
    description,
    {
      timestamp: 1_790_000_000,
      common: modules.common !== undefined,
      buildKey: {
        key: testKey(modules),
        inputs: 'source=0 conf=0 headers=0 toolchain=0 options=0',
      },
    },
  );
  if (modules.signers === undefined) return writePackage(staged, directory);
  const control = staged.control.map((member) =>
    member.name === 'control'
      ? {
          ...member,
          bytes: Buffer.concat([member.bytes, Buffer.from(`Module-Signers: ${modules.signers}\n`)]),
        }
      : member,
  );
  return writePackage({ ...staged, control }, directory);
}

/** A build of a task: what it came to. */
export interface TestBuild extends TestModules {
  readonly status?: 'built' | 'failed' | 'excluded';
  readonly reason?: string;
  readonly firstError?: string;
}

/** Writes a directory of results of the plan with this sha256, as `run` does. */
export async function writeTestResults(
  directory: string,
  plan: string,
  builds: readonly TestBuild[],
  { task = 'trixie-1' }: { readonly task?: string } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const results = [];
  for (const build of builds) {
    const { driver = 'hello', kernel, status = 'built', reason, firstError } = build;
    const about = {
      driver,
      kernel: `k${kernel}`,
      key: testKey(build),
      status,
      required: true,
      seconds: 1,
    };
    if (status === 'failed') {
      const error = { code: 'make-failed', message: 'make failed', firstError };
      results.push({ ...about, error });
    } else if (status === 'excluded') results.push({ ...about, reason });
    else {
      const file = await writeModules(directory, build);
      results.push({
        ...about,
        file: basename(file),
        sha256: await sha256OfFile(file),
        ...(await commonOf(directory, build)),
      });
    }
  }
  const document = { schema: 1, plan, task, builds: results };
  const target = join(directory, 'results.json');
  await writeFile(`${target}.new`, JSON.stringify(document));
  await rename(`${target}.new`, target);
}

async function commonOf(directory: string, { common: text, version = '1.0-1' }: TestBuild) {
  if (text === undefined) return {};
  const paths = ['usr/lib/udev/rules.d/60-hello.rules'];
  const file = await writeCommon(directory, { version, paths, text });
  return { common: basename(file), commonSha256: await sha256OfFile(file) };
}
