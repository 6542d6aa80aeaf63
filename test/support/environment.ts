import { afterAll, beforeAll } from 'vitest';

/** Environment variables; undefined unsets one. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Sets variables of this process while `work` runs, and restores them. */
export async function withEnvironment<T>(
  variables: Variables,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = set(variables);
  try {
    return await work();
  } finally {
    set(before);
  }
}

/** Sets variables for all tests of the file, or of the describe block, that calls it. */
export function useEnvironment(variables: Variables): void {
  let before: Variables = {};
  beforeAll(() => {
    before = set(variables);
  });
  afterAll(() => {
    set(before);
  });
}

/** Returns the values that the variables had. */
function set(variables: Variables): Variables {
  const before: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(variables)) {
    before[name] = process.env[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return before;
}
