import { run } from '../../system/process/run.ts';

/** The part of the configuration of the machine's apt that also applies to other archives. */
export interface MachineApt {
  /** Its settings under Acquire, as lines of apt.conf(5): proxies, retries, timeouts. */
  readonly settings: readonly string[];
  /** This path and the next five are absolute; '' if apt-config does not name the file or directory. */
  readonly sourceList: string;
  readonly sourceParts: string;
  readonly passwords: string;
  readonly passwordParts: string;
  readonly keyring: string;
  readonly keyringParts: string;
}

/**
 * For each path, the option of apt that names it. apt-config(8) answers with lines such as
 * sourceList='/etc/apt/sources.list'.
 */
const PATHS = {
  sourceList: 'Dir::Etc::sourcelist/f',
  sourceParts: 'Dir::Etc::sourceparts/d',
  passwords: 'Dir::Etc::netrc/f',
  passwordParts: 'Dir::Etc::netrcparts/d',
  keyring: 'Dir::Etc::trusted/f',
  keyringParts: 'Dir::Etc::trustedparts/d',
} as const;

/**
 * The environment variables in which apt's methods find proxies (apt-transport-http(1)). They are not in
 * cleanEnvironment, so they are added for apt's programs.
 */
const VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'] as const;

/** Returns the variables of VARIABLES that are set in the environment of this process, and are not empty. */
export function aptVariables(): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/**
 * Asks apt-config for the machine's configuration. apt-config also reads the file that $APT_CONFIG names, as apt
 * does. Throws SystemError if apt-config fails.
 */
export async function readMachineApt(
  configuration: string | undefined = process.env.APT_CONFIG,
): Promise<MachineApt> {
  const env = configuration ? { APT_CONFIG: configuration } : {};
  const [dump, paths] = await Promise.all([
    run('apt-config', ['dump', '--no-empty'], { env }),
    run('apt-config', ['shell', ...Object.entries(PATHS).flat()], { env }),
  ]);
  const path = (name: keyof typeof PATHS) =>
    new RegExp(`^${name}='(.*)'$`, 'm').exec(paths.stdout)?.[1] ?? '';
  // The settings Acquire::IndexTargets and Acquire::Changelogs are left out, because they do not change how
  // packages are fetched. Settings of hooks (APT::Update::Pre-Invoke, …) do not begin with Acquire, so they are
  // left out, too.
  const settings = dump.stdout
    .split('\n')
    .filter((line) => /^Acquire::(?!IndexTargets|Changelogs)/.test(line));
  return {
    settings,
    sourceList: path('sourceList'),
    sourceParts: path('sourceParts'),
    passwords: path('passwords'),
    passwordParts: path('passwordParts'),
    keyring: path('keyring'),
    keyringParts: path('keyringParts'),
  };
}
