import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleDirectory } from './example.ts';
import { call, type Sandbox } from './sandbox.ts';

/** Adds a file that the packages for all kernels share. */
export async function addRules(tree: string): Promise<void> {
  await appendFile(join(tree, '60-duo.rules'), 'KERNEL=="duo", MODE="0660"\n');
}

/** A fleet of three drivers: one is built, one is not for any kernel's configuration, one not for amd64. */
export async function fleetFile(sandbox: Sandbox): Promise<string> {
  const parent = join(sandbox.directory, 'fleet');
  await mkdir(parent);
  await addRules(await exampleDirectory('duo', parent));
  const conditions = ['BUILD_EXCLUSIVE_CONFIG=CONFIG_NOT_THERE', 'BUILD_EXCLUSIVE_ARCH=aarch64'];
  for (const [index, condition] of conditions.entries()) {
    const place = join(parent, String(index));
    await mkdir(place);
    const tree = await exampleDirectory('hello', place);
    await appendFile(join(tree, 'dkms.conf'), `PACKAGE_NAME=hello${index}\n${condition}\n`);
  }
  const file = join(parent, 'dkms-deb.yaml');
  const text = 'drivers: [duo, 0/hello, 1/hello]\nsuites: [trixie]\nflavours: [amd64]\nlatest: 1\n';
  await appendFile(file, `${text}dbgsym: true\n`);
  return file;
}

/** Without licence and copyright, and of two minds about its version. */
export async function doubtfulTree(sandbox: Sandbox): Promise<string> {
  const parent = join(sandbox.directory, 'doubtful');
  await mkdir(parent);
  const tree = await exampleDirectory('hello', parent);
  const script =
    '/SPDX-License|MODULE_LICENSE|Copyright/d; s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=9.9/';
  const files = ['hello.c', 'dkms.conf', 'Makefile', 'README.md'];
  await call(sandbox, 'sed', ['-Ei', script, ...files.map((name) => join(tree, name))]);
  return tree;
}

/** Its module does not compile. */
export async function brokenTree(sandbox: Sandbox): Promise<string> {
  const tree = await exampleDirectory('plain', sandbox.directory);
  await appendFile(join(tree, 'main.c'), '#error broken\n');
  await appendFile(
    join(tree, 'dkms.conf'),
    'PACKAGE_NAME=netcount\nPACKAGE_VERSION=2.1\nBUILT_MODULE_NAME=netcount\nDEST_MODULE_LOCATION=/updates\nAUTOINSTALL=yes\n',
  );
  return tree;
}
