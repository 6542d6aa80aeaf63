import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { type CallOptions, dkmsDeb, type Sandbox } from './sandbox.ts';
import { snapshot } from './snapshot.ts';

/** A call that must fail, and the expected messages. */
export interface Failure {
  readonly args: readonly string[];
  readonly options?: CallOptions;
  readonly exitStatus: number;
  /** Expected in the first line of the error, after the prefix. */
  readonly says: RegExp;
  /** Expected in the other lines of the error. */
  readonly advises: RegExp;
}

/**
 * Calls the command and checks everything that all failures have in common. Returns the lines of the
 * error.
 */
export async function expectFailure(
  sandbox: Sandbox,
  tree: string,
  failure: Failure,
): Promise<string[]> {
  const [before, outBefore] = [await snapshot(tree), await snapshot(sandbox.out)];
  const result = await dkmsDeb(sandbox, failure.args, failure.options);
  expect({ status: result.exitStatus, stdout: result.stdout }, result.output).toEqual({
    status: failure.exitStatus,
    stdout: '',
  });
  const lines = result.stderr.trimEnd().split('\n');
  const errors = lines.flatMap((line, i) => (line.startsWith('dkms-deb: error: ') ? [i] : []));
  expect(errors, result.stderr).toHaveLength(1);
  const told = lines.slice(errors[0]);
  expect(told[0]).toMatch(failure.says);
  expect(told.slice(1).join('\n')).toMatch(failure.advises);
  expect(result.stderr).not.toMatch(/^ +at |node:internal|undefined|\[object/m);
  // Nothing may be left: not in the tree, the output directory or TMPDIR.
  expect(await snapshot(tree)).toEqual(before);
  const outAfter = await snapshot(sandbox.out);
  expect(outAfter === undefined ? [] : Object.keys(outAfter)).toEqual(
    outAfter === undefined ? [] : Object.keys(outBefore ?? { '.': '' }),
  );
  expect(await readdir(sandbox.tmp)).toEqual([]);
  return told;
}
