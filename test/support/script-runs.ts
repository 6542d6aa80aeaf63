import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePlan } from '../../src/fleet/plan/plan-file.ts';
import { runPlan } from '../../src/fleet/run/run-plan.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { smallPlan } from './small-plan.ts';

/** Runs of a plan with two tasks, `first` and `second` (not required), whose workers are shell scripts. */
export async function scriptRuns(directory: string) {
  const plan = smallPlan();
  const [first, second] = plan.tasks.map(({ id }) => id) as [string, string];
  const planFile = join(directory, 'plan.json');
  await writePlan(planFile, plan);
  let count = 0;

  /**
   * A runner whose worker is this shell script. $task, $out and $kernel are set; `results STATUS` writes results of the
   * task, $n is the number of the attempt.
   */
  function runner(script: string) {
    const file = join(directory, `runner-${count}`);
    const text = `#!/bin/bash
while [ $# -gt 0 ]; do case $1 in --plan) plan=$2;; --task) task=$2;; -o) out=$2;; esac; shift; done
mkdir -p "$out/$task"; n=$(($(cat "$out/$task.n" 2>/dev/null || echo 0) + 1)); echo $n >"$out/$task.n"
results() {
  line=$(grep -A1 "\\"id\\":\\"$task\\"" "$plan" | grep '"driver"')
  driver='{"driver":"hello","kernel":"'$(sed 's/.*"kernel":"\\([^"]*\\).*/\\1/' <<<"$line")'","key":"'$(sed 's/.*"key":"\\([^"]*\\).*/\\1/' <<<"$line")'"'
  required=true; [ "$task" = ${second} ] && required=false
  sha=$(sed -n 's/^  "sha256": "\\(.*\\)",/\\1/p' "$plan" | head -1)
  echo '{"schema":1,"plan":"'$sha'","task":"'$task'","builds":['"$driver"',"required":'$required',"seconds":1,"status":"'$1'"}]}' >"$out/$task/results.json"
}
${script}
`;
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return { prefix: [file], options: [], timeoutSeconds: 60 };
  }

  function outputOf(name: string): string {
    const place = join(directory, `${name}-${count++}`);
    mkdirSync(place);
    return place;
  }

  async function run(
    script: string,
    more: {
      output?: string;
      tasks?: string[];
      timeoutSeconds?: number;
      note?: (message: string) => void;
    } = {},
  ) {
    const output = more.output ?? outputOf('out');
    const made = runner(script);
    const outcome = await runPlan({
      plan,
      planFile,
      output,
      tasks: more.tasks ?? [],
      runner: { ...made, timeoutSeconds: more.timeoutSeconds ?? 60 },
      atOnce: 2,
      host: 'amd64',
      signers: [],
      signer: undefined,
      jobs: undefined,
      store: undefined,
      offline: true,
      reporter: { ...silentReporter, ...(more.note && { note: more.note }) },
    });
    const attempts = (task: string) => Number(readFileSync(join(output, `${task}.n`), 'utf8'));
    return { ...outcome, output, attempts };
  }
  return { plan, planFile, first, second, outputOf, run };
}
