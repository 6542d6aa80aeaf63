/**
 * Returns the shell commands of a CI file in order: `run:` of GitHub Actions, `before_script:` and
 * `script:` of GitLab, `sh` of a Jenkinsfile. Understands only as much of these formats as our own files
 * use.
 */
export function ciSteps(name: string, text: string): string[] {
  if (name === 'Jenkinsfile') {
    return [...text.matchAll(/^\s*sh '([^']+)'$/gm)].map(([, command = '']) => command);
  }
  const lines = text.split('\n');
  const steps: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const block = /^(\s*)(?:- )?run: \|$/.exec(line);
    if (block !== null) steps.push(below(lines, i, indentOf(line)).join('\n'));
    const one = /^\s*(?:- )?run: (?!\|)(.+)$/.exec(line);
    if (one?.[1] !== undefined) steps.push(one[1]);
    if (/^\s*(before_)?script:$/.test(line)) {
      const items = below(lines, i, indentOf(line)).map((item) => item.trim());
      steps.push(...items.map((item) => item.replace(/^- /, '')));
    }
  }
  return steps;
}

/** Returns the lines after line `at` that are indented deeper. */
function below(lines: readonly string[], at: number, indent: number): string[] {
  const after = lines.slice(at + 1);
  const end = after.findIndex((line) => line.trim() !== '' && indentOf(line) <= indent);
  return after
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function indentOf(line: string): number {
  return line.search(/\S/);
}
