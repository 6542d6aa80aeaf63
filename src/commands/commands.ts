import { UsageError } from '../errors.ts';
import type { CommandDeclaration } from './command-line/command.ts';

/** All commands, in the order of the help. A declaration is loaded only when it is needed. */
export const COMMANDS: Readonly<Record<string, () => Promise<CommandDeclaration>>> = {
  init: async () => (await import('./init/declaration.ts')).initCommand,
  build: async () => (await import('./build/declaration.ts')).buildCommand,
  bmdeb: async () => (await import('./bmdeb/declaration.ts')).bmdebCommand,
  'bmdeb-sign': async () => (await import('./bmdeb-sign/declaration.ts')).bmdebSignCommand,
  rpm: async () => (await import('./rpm/declaration.ts')).rpmCommand,
  lint: async () => (await import('./lint/declaration.ts')).lintCommand,
  lsp: async () => (await import('./lsp/declaration.ts')).lspCommand,
  verify: async () => (await import('./verify/declaration.ts')).verifyCommand,
  info: async () => (await import('./info/declaration.ts')).infoCommand,
  kernels: async () => (await import('./kernels/declaration.ts')).kernelsCommand,
  plan: async () => (await import('./plan/declaration.ts')).planCommand,
  run: async () => (await import('./run/declaration.ts')).runCommand,
  publish: async () => (await import('./publish/declaration.ts')).publishCommand,
  ci: async () => (await import('./ci/declaration.ts')).ciCommand,
  status: async () => (await import('./status/declaration.ts')).statusCommand,
  doctor: async () => (await import('./doctor/declaration.ts')).doctorCommand,
  config: async () => (await import('./config/declaration.ts')).configCommand,
  help: async () => (await import('./help/declaration.ts')).helpCommand,
  version: async () => (await import('./version/declaration.ts')).versionCommand,
  completion: async () => (await import('./completion/declaration.ts')).completionCommand,
  mkdeb: async () => (await import('./mkdeb/declaration.ts')).mkdebCommand,
  mkdsc: async () => (await import('./mkdsc/declaration.ts')).mkdscCommand,
  mkbmdeb: async () => (await import('./mkbmdeb/declaration.ts')).mkbmdebCommand,
  mkrpm: async () => (await import('./mkrpm/declaration.ts')).mkrpmCommand,
};

/** Loads the declaration of a command. Throws UsageError if there is no such command, or if no name is given. */
export async function loadCommand(name: string | undefined): Promise<CommandDeclaration> {
  if (name === undefined) {
    throw new UsageError('a command is needed', { hint: 'See dkms-deb --help.' });
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return load();
  const { unknownCommand } = await import('./command-line/unknown-command.ts');
  throw unknownCommand(name, Object.keys(COMMANDS));
}

/**
 * Replaces `bmdeb sign x.deb` by `bmdeb-sign x.deb`. If neither a package nor --help follows, `sign` is an argument of
 * bmdeb, such as a directory with this name, and nothing is replaced.
 */
export function inOneWord(argv: readonly string[]): readonly string[] {
  // Common options, such as --quiet, may come before the command.
  const at = argv.findIndex((word) => Object.hasOwn(COMMANDS, word));
  const [first, second, ...rest] = argv.slice(at);
  const name = `${first}-${second}`;
  if (!Object.hasOwn(COMMANDS, name)) return argv;
  const meant = rest.some((word) => /^[^-].*\.deb$/s.test(word) || /^(-h|--help)$/.test(word));
  return meant ? [...argv.slice(0, at), name, ...rest] : argv;
}

/** Loads all declarations, which are needed for texts about all commands. */
export async function loadDeclarations(): Promise<CommandDeclaration[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
