/** Names of suites that dkms-deb knows without asking an archive. */

const words = (text: string) => text.split(' ');
const CODENAMES = words('buster bullseye bookworm trixie forky duke stable oldstable oldoldstable');

/** The suites of Debian from buster on, by codename and by names such as stable. */
export const DEBIAN_SUITES: ReadonlySet<string> = new Set([
  ...CODENAMES,
  ...words('sid testing unstable experimental rc-buggy'),
]);

/** Ubuntu's releases with long-term support from 18.04 to 26.04, and the others from 24.10 to 25.10. */
const UBUNTU = words('bionic focal jammy noble oracular plucky questing resolute');

const pockets = (names: readonly string[], ends: string) =>
  names.flatMap((name) => words(ends).map((end) => `${name}-${end}`));

/** The suites of Debian and Ubuntu with those that belong to them, such as trixie-security. */
export const KNOWN_SUITES: readonly string[] = [
  ...DEBIAN_SUITES,
  ...UBUNTU,
  ...pockets([...CODENAMES, 'testing'], 'security updates backports proposed-updates'),
  ...pockets(words('buster bullseye bookworm oldstable oldoldstable'), 'backports-sloppy'),
  ...pockets(UBUNTU, 'security updates backports proposed'),
];
