import type { CommandDeclaration } from './command.ts';

/** Every command, in the order in which help lists them; a declaration is loaded when it is needed. */
export const COMMANDS: Readonly<Record<string, () => Promise<CommandDeclaration>>> = {
  init: async () => (await import('./init/declaration.ts')).initCommand,
  build: async () => (await import('./build/declaration.ts')).buildCommand,
  bmdeb: async () => (await import('./bmdeb/declaration.ts')).bmdebCommand,
  'bmdeb-sign': async () => (await import('./bmdeb-sign/declaration.ts')).bmdebSignCommand,
  lint: async () => (await import('./lint/declaration.ts')).lintCommand,
  verify: async () => (await import('./verify/declaration.ts')).verifyCommand,
  info: async () => (await import('./info/declaration.ts')).infoCommand,
  completion: async () => (await import('./completion/declaration.ts')).completionCommand,
  mkdeb: async () => (await import('./mkdeb/declaration.ts')).mkdebCommand,
  mkdsc: async () => (await import('./mkdsc/declaration.ts')).mkdscCommand,
  mkbmdeb: async () => (await import('./mkbmdeb/declaration.ts')).mkbmdebCommand,
};

/** All declarations, for what tells of every command. */
export async function loadDeclarations(): Promise<CommandDeclaration[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
