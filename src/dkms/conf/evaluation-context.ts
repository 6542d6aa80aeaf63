import type { KernelHeaders } from '../../kernel/headers.ts';

/** The values that DKMS's shell has when it sources dkms.conf, and how dkms.conf is evaluated. */
export interface EvaluationContext {
  readonly kernel: Pick<KernelHeaders, 'release' | 'machine' | 'directory' | 'configFile'>;
  /**
   * The value of `$dkms_tree`. The build directory is `$dkms_tree/<name>/<version>/build`. The default is
   * /var/lib/dkms.
   */
  readonly dkmsTree?: string;
  /** The value of `$source_tree`, a directory that contains `<name>-<version>/`. The default is /usr/src. */
  readonly sourceTree?: string;
  /**
   * Name and version of the driver, if they are known. They may save a second evaluation of dkms.conf (evaluateConf).
   */
  readonly identity?: { readonly name: string; readonly version: string };
  /** The directory in which dkms.conf is evaluated. The default is its own directory. */
  readonly cwd?: string;
  /** The value of `$parallel_jobs`. The default is the number of processors, as for DKMS. */
  readonly jobs?: number;
  /** Whether dkms.conf is in a copy of the tree that dkms-deb made. If so, it may read and write files there. */
  readonly inPlace?: boolean;
  /**
   * Whether dkms.conf is from a stranger. If so, it is evaluated in a copy and isolated from the machine
   * (system/process/isolate.ts).
   */
  readonly isolated?: boolean;
  /** The time limit of one evaluation in seconds. The default is EVALUATION_SECONDS (conf-shell.ts). */
  readonly timeoutSeconds?: number;
}
