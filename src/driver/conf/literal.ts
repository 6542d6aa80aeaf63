/**
 * Makes `DIRECTIVE="value"` the only line that dh_dkms can match: it greps, unanchored, and the last
 * line wins, a comment too. An assignment further down becomes `:`, so that an `if` around it stays
 * whole.
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
  // The first line may say which interpreter; directives may use the name from the next line on.
  const at = kept[0]?.startsWith('#!') ? 1 : 0;
  return [...kept.slice(0, at), literal, ...kept.slice(at)].join('\n');
}
