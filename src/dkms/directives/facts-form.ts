/** A change of DKMS that concerns a directive. */
export interface Change {
  /** The release of DKMS that has the change first. */
  readonly release: string;
  /** What has changed: a clause without a full stop. */
  readonly what: string;
}

/** What a person should know about one directive of dkms.conf. */
export interface DirectiveFacts {
  /** What the directive does, in one or two sentences. */
  readonly meaning: string;
  /** What DKMS does if the directive is not set: a clause without a full stop. */
  readonly unset: string;
  /** The first release of DKMS that has the directive. */
  readonly since: string;
  readonly changes?: readonly Change[];
  /** The release in which the directive lost its effect, or was deprecated, and what to use instead. */
  readonly deprecated?: { readonly release: string; readonly instead: string };
  readonly example: string;
}
