import { formatPerson } from '../debian/person.ts';
import type { Driver } from '../driver/read-driver.ts';
import { toolsOf } from './files/control.ts';
import { devicesOf } from './files/metainfo.ts';

/** A fact about a driver, as `--explain` shows it. */
export interface Explanation {
  readonly fact: string;
  /** The value of the fact. Undefined if it is unknown. */
  readonly value: string | undefined;
  readonly from: string | undefined;
}

/** Returns the main facts that init uses in debian/, each with the place that states it. */
export function explainDriver(driver: Driver): Explanation[] {
  const { driverConf, derived, description, homepage, licence, maintainer } = driver;
  const say = (fact: string, found: { value: string; from: string } | undefined): Explanation => ({
    fact,
    value: found?.value,
    from: found?.from,
  });
  const tools = toolsOf(driver);
  const devices = devicesOf(driver);
  return [
    say('name', driverConf.name),
    say('version', driverConf.version),
    ...driverConf.filled.map(({ what, value, from }) => say(what, { value, from })),
    ...(derived === undefined
      ? []
      : [
          say('modules', {
            value: derived.modules
              .map(({ name, folder }) => (folder === '' ? name : `${folder}/${name}`))
              .join(' '),
            from: derived.from,
          }),
          say('MAKE', { value: derived.make ?? "DKMS's own", from: derived.from }),
        ]),
    {
      fact: 'Debian version',
      value: driver.version,
      from: `PACKAGE_VERSION ${driver.conf.version}`,
    },
    say('source', {
      value: driver.location.sourceRoot === '' ? '.' : driver.location.sourceRoot,
      from: 'the makefile beside dkms.conf, else the whole tree',
    }),
    say(
      'maintainer',
      maintainer && { value: formatPerson(maintainer.value), from: maintainer.from },
    ),
    say('licence', licence.main),
    say('synopsis', description.synopsis),
    say(
      'description',
      description.paragraphs && {
        value: count(description.paragraphs.value.length, 'paragraph'),
        from: description.paragraphs.from,
      },
    ),
    say('Homepage', homepage.homepage),
    say('Vcs-Git', homepage.vcsGit),
    say('Vcs-Browser', homepage.vcsBrowser),
    ...(tools.length === 0
      ? []
      : [say('build tools', { value: tools.join(' '), from: 'PRE_BUILD, MAKE, POST_BUILD' })]),
    ...(devices.length === 0
      ? []
      : [
          say('devices', {
            value: count(devices.length, 'modalias', 'modaliases'),
            from: 'MODULE_DEVICE_TABLE',
          }),
        ]),
    {
      fact: 'copyright',
      value: count(driver.copyrights.all.length, 'holder'),
      from: count(driver.copyrights.files.size, 'file'),
    },
  ];
}

/**
 * Returns sentences about facts that the user should check, such as places of the tree that contradict each other.
 */
export function doubtsOf(driver: Driver): string[] {
  const { version, contradictions } = driver.versions;
  const versions = contradictions.map(
    ({ value, from }) => `${from} says ${value}, but ${version?.from} says ${version?.value}`,
  );
  return [...versions, ...driver.licence.doubts, ...driver.sources.limits];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
