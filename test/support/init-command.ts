import { type InitArguments, init } from '../../src/commands/init/init.ts';
import { painter } from '../../src/report/paint.ts';
import { silentReporter } from '../../src/report/reporter.ts';

/** Runs init in this process. Returns its exit status, what it printed, and its notes and warnings in their order. */
export async function runInit(directory: string, args: Partial<InitArguments> = {}) {
  const printed: string[] = [];
  const said: string[] = [];
  const { exitStatus } = await init(
    { directory, force: false, dryRun: false, ...args },
    {
      declarations: async () => [],
      paint: painter(false),
      json: false,
      print: (line) => printed.push(line),
      reporter: {
        ...silentReporter,
        note: (message) => said.push(message),
        warn: (message) => said.push(`warning: ${message}`),
      },
    },
  );
  return { exitStatus, printed, said };
}
