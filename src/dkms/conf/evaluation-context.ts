import type { KernelHeaders } from '../../kernel/headers.ts';

/** What the shell of DKMS knows when it sources dkms.conf. */
export interface EvaluationContext {
  readonly kernel: Pick<KernelHeaders, 'release' | 'machine' | 'directory' | 'configFile'>;
  /** Where DKMS would keep its state; `$dkms_tree/<name>/<version>/build` is the build directory. */
  readonly dkmsTree?: string;
  /** Where DKMS would find `<name>-<version>/`. */
  readonly sourceTree?: string;
  /** Name and version, where an earlier evaluation has told them: saves one. */
  readonly identity?: { readonly name: string; readonly version: string };
  /** Where dkms was called; default: beside the file. */
  readonly cwd?: string;
  /** `parallel_jobs`; default: one for each processor, as DKMS has it. */
  readonly jobs?: number;
  /** The file lies in a copy that is ours: it may look around there, and leave something for the build. */
  readonly inPlace?: boolean;
  /** It is a stranger's: it runs apart from the machine, in a copy (system/isolate.ts). */
  readonly isolated?: boolean;
  /** Default 10: a real dkms.conf is done in a few milliseconds. */
  readonly timeoutSeconds?: number;
}
