/**
 * Returns the milliseconds of CPU time that this process uses for `work`. Unlike wall-clock time, it does
 * not depend on the load of the machine.
 */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
