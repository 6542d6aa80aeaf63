import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Site, Undisturbed } from './case.ts';
import type { Command } from './commands.ts';
import { badEnd, end, type Played, play, survivors } from './play.ts';
import { differences, halfFiles, leftovers, makeStage, type Stage, stateOf } from './stage.ts';

const STATUS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143 };

/** SIGKILL at a random moment, to the leader or to its group, then the same command once more. */
export function killCase(name: string, index: number): Case {
  return {
    kind: `kill -9 of ${name}`,
    judge: (site) => strike(site, name, 'SIGKILL', index % 2 === 1),
  };
}

/** The signals that a command answers, in the same way. */
export function signalCase(name: string, index: number): Case {
  const signal = index % 2 === 1 ? 'SIGINT' : 'SIGTERM';
  return {
    kind: `SIGINT or SIGTERM to ${name}`,
    judge: (site) => strike(site, name, signal, index % 4 > 1),
  };
}

async function strike(site: Site, name: string, signal: NodeJS.Signals, whole: boolean) {
  const command = site.materials.named(name);
  const usual = await site.usual(command);
  const stage = await makeStage(site.directory, command.origin);
  const moment = usual.seconds * site.random.next();
  const played = await play(stage, command.args(stage), {
    disturb: async (child) => {
      await sleep(moment * 1000);
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (whole) end(child.pid, signal);
      else process.kill(child.pid, signal);
    },
  });
  const alive = await survivors(stage);
  const problems = [
    ...(played.hung ? ['does not end'] : []),
    ...alive,
    ...halfFiles(await stateOf(stage), usual.before, usual.wanted),
    ...(signal === 'SIGKILL' ? [] : [...wrongStatus(played, signal), ...(await leftovers(stage))]),
    ...(await nextRun(stage, command, usual)),
  ];
  const whom = whole ? 'the group' : 'the leader';
  const late = played.status === 0 ? ' (it had ended)' : '';
  return { label: `${signal} to ${whom} of ${name} after ${moment.toFixed(3)} s${late}`, problems };
}

/** The run after it does what an undisturbed one does, and leaves nothing of the one before. */
async function nextRun(stage: Stage, command: Command, { wanted }: Undisturbed): Promise<string[]> {
  const played = await play(stage, command.args(stage));
  const { status, stderr } = played;
  return [
    ...(status === 0 ? [] : [`the next run: status ${status}: ${stderr.slice(-300)}`]),
    ...badEnd(played),
    ...differences(await stateOf(stage), wanted),
    ...(await leftovers(stage)),
  ];
}

/** Node's own end by the signal, before it has our handler, is as good. */
function wrongStatus({ status, signal, stderr }: Played, sent: NodeJS.Signals): string[] {
  if (signal === sent || status === STATUS[sent] || status === 0) {
    return /this is a bug|^ +at /m.test(stderr) ? [`says ${stderr.slice(-200)}`] : [];
  }
  return [`status ${status ?? signal}, not ${STATUS[sent]}: ${stderr.slice(-200)}`];
}
