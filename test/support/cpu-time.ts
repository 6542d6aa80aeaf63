/**
 * Milliseconds of processor time that this process spends on `work`: what else the machine does, which a
 * clock would count, is not in it.
 */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
