import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPublished } from '../../../src/repository/read-published.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { withEnvironment } from '../../support/environment.ts';
import { writeModules, writeTestResults } from '../../support/fleet-packages.ts';
import { writeTestPlan } from '../../support/fleet-plan.ts';
import { withKeyring } from '../../support/gpg-keys.ts';
import { type FleetSite, withFleetSite } from '../../support/publish-command.ts';

interface Rotation extends FleetSite {
  /** Makes a key, and exports the secret key into a file. */
  secret(name: string): Promise<{ fingerprint: string; file: string }>;
  /** Publishes results for 6.12.10 by a plan with these keys; the machine has only what `key` names. */
  publishWith(planned: readonly string[], key: readonly string[]): Promise<void>;
  inRelease(): Promise<string>;
}

/** A repository that the first key has signed. */
async function withRotation(
  work: (rotation: Rotation, first: { fingerprint: string; file: string }) => Promise<void>,
): Promise<void> {
  await withFleetSite(async (fleet) => {
    const { site, keyring, place, call } = fleet;
    const secret = async (name: string) => {
      const [fingerprint, file] = [await keyring.makeKey(name), place(`${name}.asc`)];
      await keyring.gpg('--armor', '--output', file, '--export-secret-keys', fingerprint);
      return { fingerprint, file };
    };
    const first = await secret('first');
    await writeModules(place('out'), { kernel: 9 });
    await call([place('out')], { suite: 'trixie', key: [first.file] });
    let homes = 0;
    const publishWith: Rotation['publishWith'] = async (keys, key) => {
      const plan = await writeTestPlan(place(), { kernels: [10], repository: { keys: [...keys] } });
      await writeTestResults(place('results/t'), plan, [{ kernel: 10 }]);
      await withKeyring(place(`empty${homes++}`), async () => {
        await call([place('results')], { key: [...key] });
      });
    };
    const inRelease = () => readFile(join(site, 'dists/trixie/InRelease'), 'utf8');
    await work({ ...fleet, secret, publishWith, inRelease }, first);
  });
}

test('the file of a key that the plan does not name is refused, and nothing changes', async () => {
  await withRotation(async ({ secret, publishWith, inRelease }, first) => {
    const wrong = await secret('wrong');
    const before = await inRelease();
    const error = await errorOf(() => publishWith([first.fingerprint], [wrong.file]));
    expect(error.code).toBe('key-unexpected');
    expect(error.message).toBe(
      `the plan does not name the key ${wrong.fingerprint}, but ${first.fingerprint}`,
    );
    expect(await inRelease()).toBe(before);
    await publishWith([first.fingerprint], [first.file]);
    expect(await inRelease()).not.toBe(before);
  });
});

test('a new key signs alone if the plan names the old one, too; files of keys are relative to the plan', async () => {
  await withRotation(async ({ site, keyring, place, secret, publishWith }, first) => {
    const next = await secret('next');
    const alone = await errorOf(() => publishWith([next.fingerprint], [next.file]));
    expect(alone.code).toBe('repository-untrusted');
    await keyring.gpg('--armor', '--output', place('old'), '--export', first.fingerprint);
    await publishWith(['old', next.fingerprint], [next.file]);
    await withEnvironment({ GNUPGHOME: place('empty0') }, async () => {
      const of = { place: site, architectures: ['amd64'], keys: [next.fingerprint] };
      expect((await readPublished(of)).packages).toHaveLength(2);
    });
  });
});

test('a file with two secret keys signs with both, for a job that has one secret', async () => {
  await withRotation(async ({ site, keyring, place, secret, publishWith }, first) => {
    const next = await secret('next');
    const names = [first.fingerprint, next.fingerprint];
    await keyring.gpg('--armor', '--output', place('both'), '--export-secret-keys', ...names);
    await publishWith(names, [place('both')]);
    for (const key of names) {
      const of = { place: site, architectures: ['amd64'], keys: [key] };
      expect((await readPublished(of)).packages).toHaveLength(2);
    }
  });
});
