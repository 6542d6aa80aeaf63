import type { KernelHeaders } from '../../kernel/headers.ts';

/** The values that DKMS's shell has when it sources dkms.conf, and how dkms.conf is evaluated. */
export interface EvaluationContext {
  readonly kernel: Pick<KernelHeaders, 'release' | 'machine' | 'directory' | 'configFile'>;
  /** `$dkms_tree`, in which `<name>/<version>/build` is the build directory. The default is /var/lib/dkms. */
  readonly dkmsTree?: string;
  /** `$source_tree`, which has `<name>-<version>/`. The default is /usr/src. */
  readonly sourceTree?: string;
  /** Name and version if they are known, which saves an evaluation. */
  readonly identity?: { readonly name: string; readonly version: string };
  /** The working directory. The default is the directory of the file. */
  readonly cwd?: string;
  /** `$parallel_jobs`. The default is one for each processor, as for DKMS. */
  readonly jobs?: number;
  /** Is the file in a copy that belongs to us? It may then read and write files there. */
  readonly inPlace?: boolean;
  /**
   * Is the file from a stranger? It is then evaluated in a copy and isolated from the machine
   * (system/process/isolate.ts).
   */
  readonly isolated?: boolean;
}
