import { expect } from 'vitest';
import { commandsIn } from './commands-in-text.ts';
import { call, type Sandbox } from './sandbox.ts';

/** What a person may be told, and what the message advises. */
export interface Situation {
  readonly name: string;
  /** Makes the situation. What the last one has left is in order. */
  make?(): Promise<unknown>;
  /** The command that tells what is wrong. */
  readonly words: readonly string[];
  /** What it says then, and must not say any more after the command was pasted. */
  readonly trouble: RegExp;
  /** The command in its message, or an option, which is then added to `words`. */
  readonly paste: RegExp | string;
  /** What a person writes in the place of words in capitals. */
  readonly fill?: readonly [string, string];
}

/** Makes one situation after the other, and does what the message says in each. */
export async function pasteAll(
  sandbox: Sandbox,
  situations: readonly Situation[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (const { name, make, words, trouble, paste, fill: [from, to] = ['', ''] } of situations) {
    await make?.();
    const before = await call(sandbox, 'dkms-deb', words, { env });
    expect(before.output, name).toMatch(trouble);
    const isOption = typeof paste === 'string' && paste.startsWith('--');
    const advised = isOption ? [...before.output.matchAll(OPTION)].map(String) : undefined;
    const found = advised ?? commandsIn(before.output);
    const chosen = found.find((one) =>
      typeof paste === 'string' ? one === paste : paste.test(one),
    );
    expect(chosen, `${name}: ${found.join('\n')}`).toBeDefined();
    const text = (chosen ?? '').replace(from, to);
    const added = isOption ? text.split(/[ ]/) : [];
    if (!isOption) {
      const pasted = await call(sandbox, 'bash', ['-c', text], { env });
      expect(pasted.exitStatus, `${name}: ${pasted.output}`).toBe(0);
    }
    // An option that was given without a value gets one.
    const others = words.filter((word) => !added[0]?.startsWith(`${word}=`));
    const after = await call(sandbox, 'dkms-deb', [...others, ...added], { env });
    expect(after.output, name).not.toMatch(trouble);
    expect(after.exitStatus, `${name}: ${after.output}`).toBe(0);
  }
}

/** An option with its value, as a hint names it. */
const OPTION = /--[a-z-]+(?:=[A-Z]+| \w+(?:\.\w+)*)?/g;
