/**
 * Returns what is wrong with a simulated upgrade, as the end of a sentence; '' if nothing is wrong. `missing` are
 * packages that the upgrade should install, but does not.
 */
export function upgradeFaults(
  { succeeds, removes }: { readonly succeeds: boolean; readonly removes: readonly string[] },
  missing: readonly string[] = [],
): string {
  const faults = [
    ...(missing.length > 0 ? [`does not install ${missing.join(', ')}`] : []),
    ...(removes.length > 0 ? [`removes ${removes.join(', ')}`] : []),
  ];
  return faults.length === 0 && !succeeds ? 'fails' : faults.join(' and ');
}
