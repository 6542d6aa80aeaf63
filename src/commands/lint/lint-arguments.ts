import type { Severity } from '../../lint/text/rule.ts';
import type { ArchiveArguments } from '../command-line/archive-options.ts';

export interface LintArguments extends Partial<ArchiveArguments> {
  readonly maxSize?: string | undefined;
  readonly subject: string;
  readonly conf?: string | undefined;
  readonly kernel?: readonly string[];
  readonly evaluate: boolean;
  readonly fix: boolean;
  readonly diff: boolean;
  readonly dryRun: boolean;
  readonly explain?: string | undefined;
  readonly format: 'text' | 'github' | 'sarif';
  readonly failOn: Severity | 'never';
}
