import { isOfOtherSystem } from '../dkms/source/other-systems.ts';
import { forPeople } from '../dkms/source/people-files.ts';
import { isForge } from '../dkms/source/source-names.ts';
import { sourcePrefix } from '../driver/conf/find-conf.ts';
import type { Driver } from '../driver/read-driver.ts';
import { isCleanedAway } from '../package/rules/dh-clean.ts';
import { someNames } from '../system/text/some-names.ts';

/**
 * Returns notes about files that are not packed, one for each of three reasons: they are for another system, dh_clean
 * removes them, or they are for developers. Other files that are left out get no note.
 */
export function leftOutNotes(driver: Driver): string[] {
  return [...otherSystems(driver), ...cleanedAway(driver), ...ofPeople(driver)];
}

/** Returns a note about files for other systems. If a whole folder is for another system, the note names the folder. */
function otherSystems({ excluded }: Driver): string[] {
  const of = excluded
    .filter(isOfOtherSystem)
    .map((path) => (isOfOtherSystem(`${path.split('/')[0]}/x`) ? `${path.split('/')[0]}/` : path));
  const shown = [...new Set(of)];
  return shown.length === 0
    ? []
    : [`files for another system and compiled programs are not packed: ${someNames(shown, 20)}`];
}

function ofPeople({ excluded, location }: Driver): string[] {
  const subjects = new Set(excluded.flatMap((path) => peopleWord(location, path) ?? []));
  return subjects.size === 0
    ? []
    : [
        `files that no makefile and no #include names are not packed: ${someNames([...subjects], 20)}`,
      ];
}

/**
 * Returns what a note says for a file that is only for developers: the path of the file in the source, or the folder if
 * the whole folder is left out. Returns undefined for any other file, and for a file that is also for a forge.
 */
function peopleWord(location: Driver['location'], path: string): string | undefined {
  const prefix = sourcePrefix(location);
  const whole = forPeople(prefix + path);
  if (whole === undefined || isForge(prefix + path)) return undefined;
  return whole === prefix + path ? path : `${whole.slice(prefix.length)}/`;
}

function cleanedAway({ excluded, location }: Driver): string[] {
  const cleaned = excluded.filter((path) => isCleanedAway(`${sourcePrefix(location)}${path}`));
  return cleaned.length === 0
    ? []
    : [`files whose names dh_clean removes are not packed: ${someNames(cleaned, 20)}`];
}
