import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, string>> };
  readonly steps: readonly Step[];
}

/** What starts a workflow, and what its jobs get. */
export interface GithubEvent {
  readonly origin: string;
  /** A directory for the jobs and their artifacts. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly github: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, string>>;
  /** Only jobs with an environment get them. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface JobOutcome {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}

type Contexts = Readonly<Record<string, unknown>>;

/**
 * Runs a workflow as GitHub does, as far as our own one needs: `run` by a shell, of the actions what they do to files.
 * Returns the outcome of each job; the jobs of a matrix are one.
 */
export async function runWorkflow(
  text: string,
  event: GithubEvent,
): Promise<Map<string, JobOutcome>> {
  const workflow = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
  const outcomes = new Map<string, JobOutcome>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const needs = Object.fromEntries(
      [job.needs ?? []].flat().map((other) => [other, outcomes.get(other)]),
    );
    const contexts = { github: event.github, vars: event.vars, needs };
    const may = Object.values(needs).every((one) => one?.result === 'success');
    const starts =
      job.if === undefined
        ? may
        : (may || job.if.includes('cancelled()')) && evaluated(job.if, contexts) === true;
    if (!starts) {
      outcomes.set(name, { result: 'skipped', outputs: {}, log: '' });
      continue;
    }
    const [[key = '', list = '']] = [...Object.entries(job.strategy?.matrix ?? {}), ['', '']] as [
      [string, string],
    ];
    const values = list === '' ? [''] : (evaluated(list, contexts) as string[]);
    const done: JobOutcome[] = [];
    for (const value of values) {
      const place = join(event.directory, `${name}-${value}`);
      done.push(await runJob(job, place, event, { ...contexts, matrix: { [key]: value } }));
    }
    const failed = done.some(({ result }) => result === 'failure');
    outcomes.set(name, {
      result: failed ? 'failure' : 'success',
      outputs: done[0]?.outputs ?? {},
      log: done.map(({ log }) => log).join('\n'),
    });
  }
  return outcomes;
}

async function runJob(
  job: Job,
  place: string,
  event: GithubEvent,
  contexts: Contexts,
): Promise<JobOutcome> {
  const [work, temporary] = [join(place, 'work'), join(place, 'temporary')];
  for (const directory of [work, temporary]) await mkdir(directory, { recursive: true });
  const outputFile = join(temporary, 'output');
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const secrets = job.environment === undefined ? {} : event.secrets;
  const all = { ...contexts, steps, secrets };
  let failed = false;
  let log = '';
  for (const step of job.steps) {
    const runs = step.if === undefined ? !failed : evaluated(step.if, all) === true;
    if (!runs) continue;
    await writeFile(outputFile, '');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, all)]);
    const env = {
      ...event.env,
      ...Object.fromEntries(own),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: join(temporary, 'summary'),
      GITHUB_SHA: String(event.github.sha),
      RUNNER_TEMP: temporary,
    };
    if (step.uses !== undefined) await runAction(step, work, event, all);
    else {
      const options = { cwd: work, env, accept: ANY_STATUS, timeoutSeconds: 300 };
      const { exitStatus, output } = await run('sh', ['-e', '-c', step.run ?? ''], options);
      log += `${step.name}:\n${output}\n`;
      if (exitStatus !== 0) failed = true;
    }
    if (step.id !== undefined) steps[step.id] = { outputs: await outputsIn(outputFile) };
  }
  const outputs = Object.entries(job.outputs ?? {}).map(([name, text]) => [
    name,
    filled(text, all),
  ]);
  return { result: failed ? 'failure' : 'success', outputs: Object.fromEntries(outputs), log };
}

/** Does what the actions do to files. A cache starts empty. */
async function runAction(step: Step, work: string, event: GithubEvent, contexts: Contexts) {
  const store = join(event.directory, 'artifacts');
  const value = (key: string) => filled(String(step.with?.[key] ?? ''), contexts);
  const [action] = step.uses?.split('@') ?? [];
  if (action === 'actions/checkout') {
    const url = `file://${event.origin}`;
    await run('git', ['clone', '-q', '--depth', '1', '--branch', 'main', '--', url, '.'], {
      cwd: work,
    });
  } else if (action === 'actions/upload-artifact') {
    const from = join(work, value('path'));
    const target = join(store, value('name'));
    await mkdir(target, { recursive: true });
    const isFile = !value('path').endsWith('/');
    await cp(from, isFile ? join(target, basename(from)) : target, { recursive: true });
  } else if (action === 'actions/download-artifact') {
    const target = join(work, value('path'));
    await mkdir(target, { recursive: true });
    const prefix = value('pattern').replace(/\*$/, '');
    const names = value('name') === '' ? await readdir(store) : [value('name')];
    for (const name of names.filter((one) => one.startsWith(prefix))) {
      await cp(join(store, name), target, { recursive: true });
    }
  } else if (action !== 'actions/cache') throw new Error(`no such action: ${step.uses}`);
}

async function outputsIn(file: string): Promise<Record<string, string>> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** The operators of GitHub's expressions that we use are those of JavaScript. */
function evaluated(text: string, contexts: Contexts): unknown {
  const expression = text.replace(/^\s*\$\{\{/, '').replace(/\}\}\s*$/, '');
  return runInNewContext(expression, {
    ...contexts,
    cancelled: () => false,
    fromJSON: (json: string) => JSON.parse(json) as unknown,
  });
}

function filled(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{.*?\}\}/gs, (all) => String(evaluated(all, contexts) ?? ''));
}
