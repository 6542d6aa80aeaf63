import type { Fact } from '../fact.ts';

export type ModuleMacro = 'LICENSE' | 'DESCRIPTION' | 'AUTHOR' | 'VERSION';

/** A MODULE_ macro in a file, with its value. The value is one line without invisible characters, and never empty. */
export interface ModuleStatement extends Fact<string> {
  readonly macro: ModuleMacro;
  readonly file: string;
  readonly line: number;
}
