import { writeFile } from 'node:fs/promises';
import { InputError, readingHint } from '../../errors.ts';
import { writeWhole } from '../../system/files/output.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { causeOf } from '../../system/process/refusal.ts';
import { shownPath } from '../../system/text/command-places.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { PLAN, PLAN_SCHEMA, type Plan } from './plan-document.ts';

/** The largest plan in bytes. A larger file is an error. A plan with 250 000 builds has about 50 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Adds the sha256 to a plan. The sha256 shows later whether the plan was edited. */
export function sealPlan(plan: Omit<Plan, 'sha256'>): Plan {
  const { schema, ...rest } = plan;
  return { schema, sha256: digestOfPlan(plan), ...rest };
}

function digestOfPlan(plan: Omit<Plan, 'sha256'>): string {
  return sha256(canonical({ ...plan, sha256: undefined }));
}

/** Returns JSON whose objects have their keys in a fixed order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Writes a plan. Each build is on a line of its own, so that two plans can be compared with diff. */
export async function writePlan(file: string, plan: Plan): Promise<void> {
  await writeWhole(file, (temporary) => writeFile(temporary, planText(plan)));
}

export function planText(plan: Plan): string {
  const { tasks, kept, excluded, ...rest } = plan;
  const list = (items: readonly unknown[], indent: string) =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`;
  const taskTexts = tasks.map(({ builds, ...task }) => {
    const head = JSON.stringify(task).slice(0, -1);
    return `    ${head}, "builds": ${list(builds, '    ')}}`;
  });
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const tail = [
    `"tasks": ${tasks.length === 0 ? '[]' : `[\n${taskTexts.join(',\n')}\n  ]`}`,
    `"kept": ${list(kept, '  ')}`,
    `"excluded": ${list(excluded, '  ')}`,
  ];
  return `${head},\n  ${tail.join(',\n  ')}\n}\n`;
}

/**
 * Reads a plan. Throws InputError `plan-missing`, `unreadable`, `plan-unreadable` (not a plan), `plan-version` (its
 * format has another version) or `plan-edited`, and the errors of readTreeFile.
 */
export async function readPlan(file: string): Promise<Plan> {
  const where = { file };
  const bytes = await readTreeFile(file, MOST_BYTES).catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall === undefined) throw cause;
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      const hint = `Make a plan with: ${planCommand(file)}`;
      throw new InputError('plan-missing', 'there is no plan here', { where, hint, cause });
    }
    const hint = readingHint(cause, 'Name a plan.json.');
    throw new InputError('unreadable', `cannot be read: ${causeOf(cause)[0]}`, {
      where,
      hint,
      cause,
    });
  });
  const value = parsed(bytes);
  const { schema } = (value ?? {}) as { schema?: unknown };
  if (typeof schema === 'number' && schema !== PLAN_SCHEMA) {
    throw new InputError(
      'plan-version',
      `this plan has version ${schema} of the format, but this dkms-deb reads version ${PLAN_SCHEMA}`,
      {
        where,
        hint: `Use the version of dkms-deb that made the plan, or plan again: ${planCommand(file)}`,
      },
    );
  }
  const result = PLAN.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError('plan-unreadable', 'this is not a plan of dkms-deb', {
      where,
      output: issue === undefined ? [] : [`${issue.path.join('.')}: ${issue.message}`],
      hint: `Make the plan again with: ${planCommand(file)}`,
    });
  }
  const { sha256: said, ...rest } = result.data;
  if (digestOfPlan(rest) === said) return result.data;
  throw new InputError('plan-edited', 'this plan was changed after it was made', {
    where,
    hint: `Change dkms-deb.yaml instead, and plan again: ${planCommand(file)}`,
  });
}

/** Returns the command that writes a plan. The command reads the dkms-deb.yaml of the directory in which it is run. */
export function planCommand(file: string): string {
  const shown = shownPath(file);
  return shown === 'plan.json' ? 'dkms-deb plan' : `dkms-deb plan -o ${shellWord(shown)}`;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
