import type { Reporter } from '../../report/reporter.ts';
import type { CommandDeclaration } from './command.ts';
import { COMMANDS_OF, type Configured } from './configured.ts';
import { parseArguments } from './parse-arguments.ts';
import { readSettings, type Setting, useMaintainerOf } from './settings.ts';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Parses the command line again, with the values of the configuration as defaults. `given` are the arguments that were
 * parsed without the configuration. Throws the errors of readSettings, and UsageError for a value that the option does
 * not allow.
 */
export async function parseWithSettings(
  declaration: CommandDeclaration,
  argv: readonly string[],
  given: Arguments,
  files: Configured,
  reporter: Reporter,
): Promise<Record<string, unknown>> {
  const settings = await settingsFor(declaration.name, given, files, reporter);
  const args = await parseArguments(declaration, argv, settings);
  // --sign without a key has the value ''. A default does not replace this value, so it is replaced here.
  return given.sign === '' && settings.sign !== undefined ? { ...args, sign: settings.sign } : args;
}

/**
 * Returns the values of the configuration for options of the command, by the name of the option. They are defaults: an
 * option on the command line replaces its value. `args` are the arguments of the command line. A note names the
 * settings to the user, because they change the packages.
 */
async function settingsFor(
  command: string,
  args: Arguments,
  files: Configured,
  reporter: Reporter,
): Promise<Record<string, unknown>> {
  const settings = await readSettings(files);
  const defaults: Record<string, unknown> = {};
  const used: Setting[] = [];
  for (const setting of settings) {
    if (!COMMANDS_OF[setting.key]?.includes(command)) continue;
    const values = valuesOf(setting, command, args);
    if (values === undefined) continue;
    Object.assign(defaults, values);
    used.push(setting);
  }
  for (const file of new Set(used.map((one) => one.file))) {
    const keys = used.filter((one) => one.file === file).map(({ key }) => key);
    reporter.note(
      `Settings from ${file}: ${keys.join(', ')}. Options of the command line override these settings.`,
    );
  }
  return defaults;
}

/**
 * Returns the options for a setting, with their values. Returns undefined if the setting does not apply to this call.
 * The setting `maintainer` has no option: it is passed to useMaintainerOf.
 */
function valuesOf(
  setting: Setting,
  command: string,
  args: Arguments,
): Record<string, unknown> | undefined {
  const { key, value } = setting;
  switch (key) {
    case 'maintainer':
      useMaintainerOf(setting);
      return {};
    case 'suites':
      return wantsSuite(command, args) ? { suite: value } : undefined;
    case 'gpg-key':
      return args.sign === '' ? { sign: value } : undefined;
    case 'sign':
      return signOptions(value as Record<string, unknown>, args);
    default:
      return { [key]: value };
  }
}

/**
 * Options with one value that are only for kernels of archives. -k is not among them: without an archive, `bmdeb -k
 * RELEASE` means an installed kernel.
 */
const NEED_SUITE = ['latest', 'since', 'store', 'snapshotArchive'] as const;

function wantsSuite(command: string, args: Arguments): boolean {
  const has = (name: string) => Array.isArray(args[name]) && args[name].length > 0;
  if (has('suite') || has('sources') || has('headers') || args.offline === true) return false;
  if (command === 'kernels') return args.prune !== true;
  return (
    has('arch') || args.refresh === true || NEED_SUITE.some((name) => args[name] !== undefined)
  );
}

/** The option for each key of the setting `sign`. */
const SIGN_OPTION: Readonly<Record<string, string>> = {
  key: 'sign-key',
  certificate: 'sign-cert',
  command: 'sign-command',
  hash: 'sign-hash',
  'passphrase-file': 'sign-passphrase-file',
  'passphrase-env': 'sign-passphrase-env',
  timeout: 'sign-timeout',
};
const LISTS = new Set(['key', 'certificate', 'passphrase-file', 'passphrase-env']);

/**
 * Returns the options for signing in the configuration. Returns undefined if the command line has any option for
 * signing, because the command line must then have all of them. Also returns undefined with --unsigned, --request or
 * --signatures.
 */
function signOptions(
  sign: Readonly<Record<string, unknown>>,
  args: Arguments,
): Record<string, unknown> | undefined {
  const given = Object.entries(args).some(
    ([name, value]) => /^sign[A-Z-]/.test(name) && value !== undefined,
  );
  const asks =
    args.unsigned === true || args.request !== undefined || args.signatures !== undefined;
  if (given || asks) return undefined;
  return Object.fromEntries(
    Object.entries(sign).map(([key, value]) => [
      SIGN_OPTION[key] ?? key,
      LISTS.has(key) ? [value].flat() : String(value),
    ]),
  );
}
