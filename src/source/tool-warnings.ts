/** What dpkg-dev's tools warn about, one message each; deletions that they ignore are nothing new. */
export function warningsOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => /^(dpkg-[a-z]+): warning: (.*)$/.exec(line))
    .filter((match) => match !== null && !/^ignoring deletion of/.test(match[2] ?? ''))
    .map((match) => `${match?.[1]}: ${match?.[2]}`);
}
