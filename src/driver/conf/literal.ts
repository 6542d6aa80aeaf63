/**
 * Changes the text of a dkms.conf so that it assigns the directive only in the line `DIRECTIVE="value"`. dh_dkms
 * searches everywhere in a line, comments included, and uses the last match. Comments with an assignment are removed.
 * Other assignments are replaced by `:`, so that an `if` around them stays valid. A line that has the assignment after
 * another command is kept.
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
  // The new line sets PACKAGE_NAME or PACKAGE_VERSION. It comes after a `#!` line, and before all other lines,
  // which may use the variable.
  const at = kept[0]?.startsWith('#!') ? 1 : 0;
  return [...kept.slice(0, at), literal, ...kept.slice(at)].join('\n');
}
