/** Writes the name and version of a new version of the driver into a spec that the user has edited. */
import { escapeRegExp } from '../system/text/escape-reg-exp.ts';
import type { SpecEntry } from './spec-changelog.ts';

/** The beginnings of those lines of a spec that contain the name or the version of the driver or of the package. */
const FOLLOWED = ['%global dkms_name', '%global dkms_version', 'Epoch:', 'Version:', 'Release:'];

/** Returns the values of those lines of FOLLOWED that a spec has, by the beginnings of the lines. */
export function rememberedLines(spec: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of FOLLOWED) {
    const value = lineOf(name).exec(spec)?.[2];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/**
 * Returns the text of a spec that the user has edited, with a new version of the driver. `before` and `now` are the
 * values of the lines in FOLLOWED, as init wrote them earlier and would write them now. A line that still has its
 * earlier value gets the new value. If the driver has got its first epoch, the line Epoch is added. If anything was
 * changed, and %changelog has no entry for the version of `entry`, `entry` is added to it.
 */
export function followSpec(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
  entry: SpecEntry | undefined,
): string {
  let followed = text;
  for (const [name, value] of Object.entries(now)) {
    const old = before?.[name];
    if (old === undefined || old === value) continue;
    followed = followed.replace(lineOf(name), (line, start: string, found: string) =>
      found === old ? start + value : line,
    );
  }
  const epoch = now['Epoch:'];
  if (before !== undefined && before['Epoch:'] === undefined && epoch !== undefined) {
    // If the driver gets its first epoch, the spec needs an Epoch, too. Otherwise rpm would take the new version for
    // older than the previous one.
    const line = `Epoch:            ${epoch}\n`;
    if (!/^Epoch:/m.test(followed)) followed = followed.replace(/^(?=Version:)/m, line);
  }
  if (followed === text || entry === undefined) return followed;
  const heading = new RegExp(`^\\* .* - ${escapeRegExp(entry.version)}$`, 'm');
  if (heading.test(followed)) return followed;
  return followed.replace(/^%changelog[ \t]*\n/m, (line) => `${line}${entry.text}\n\n`);
}

function lineOf(name: string): RegExp {
  return new RegExp(`^(${escapeRegExp(name)}[ \\t]+)(\\S+)[ \\t]*$`, 'm');
}
