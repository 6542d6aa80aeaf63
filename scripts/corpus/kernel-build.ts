import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverResult } from './kernels-table.ts';
import type { Product } from './product.ts';

/** The most seconds of one build: a compiler may have to be fetched and unpacked. */
const BUILD_SECONDS = 1800;

/** Builds and verifies the package of one driver for one kernel. */
export async function buildAndVerify(
  product: Product,
  wish: readonly string[],
  tree: string,
  state: string,
): Promise<Omit<DriverResult, 'name'>> {
  const output = join(state, 'home/out');
  const called = await product.call(
    ['dkms-deb', 'bmdeb', '--json', '--no-cache', '--jobs', '1', ...wish, '-o', output, tree],
    state,
    { timeoutSeconds: BUILD_SECONDS },
  );
  const answer = parse(called.stdout);
  const [kernel] = answer?.kernels ?? [];
  const failure = kernel?.error ?? answer?.error;
  const seconds = called.seconds;
  try {
    if (kernel?.file === undefined) {
      const reason = failure && `${failure.code}: ${failure.message}`;
      const status = kernel?.status ?? 'failed';
      const output = failure?.output ?? [];
      return {
        status,
        seconds,
        modules: 0,
        verified: false,
        reason: reason ?? called.output,
        output,
      };
    }
    const verify = await product.call(['dkms-deb', 'verify', kernel.file], state);
    return {
      ...{ status: 'built', seconds, modules: kernel.modules?.length ?? 0, output: [] },
      verified: verify.status === 0,
      reason: verify.status === 0 ? '' : verify.output.slice(0, 400),
    };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

interface Answer {
  readonly kernels?: readonly {
    readonly status: DriverResult['status'];
    readonly file?: string;
    readonly modules?: readonly string[];
    readonly error?: Failure;
  }[];
  readonly error?: Failure;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly output?: readonly string[];
}

function parse(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}
