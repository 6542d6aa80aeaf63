/**
 * Makes `DIRECTIVE="value"` the only line that dh_dkms matches: it searches everywhere in a line, comments
 * included, and the last line wins. Further assignments become `:`, so that an `if` around them stays valid.
 */
export function literalOnce(text: string, directive: string, value: string): string {
  const lines = text.split('\n');
  const matching = lines.filter((line) => line.includes(`${directive}=`));
  const literal = `${directive}="${value}"`;
  const quoted = [literal, `${directive}='${value}'`];
  if (matching.length === 1 && quoted.includes(matching[0]?.trimEnd() ?? '')) return text;
  const assignment = new RegExp(`^\\s*(?:export\\s+)?${directive}(\\[0\\])?=`);
  let done = false;
  const kept = lines.flatMap((line) => {
    if (!line.includes(`${directive}=`)) return [line];
    if (!assignment.test(line)) return /^\s*#/.test(line) ? [] : [line];
    const end = line.endsWith('\r') ? '\r' : '';
    if (done || /^\s/.test(line)) return [`${/^\s*/.exec(line)?.[0] ?? ''}:${end}`];
    done = true;
    return [literal + end];
  });
  if (done) return kept.join('\n');
  // The first line may be `#!`. The name must come before the directives that use it.
  const at = kept[0]?.startsWith('#!') ? 1 : 0;
  return [...kept.slice(0, at), literal, ...kept.slice(at)].join('\n');
}
