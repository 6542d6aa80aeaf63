/** What the style of a stream depends on. stderr has the messages, stdout the results. */
export interface TerminalRequest {
  /** The value of --color. Undefined means `auto`. */
  readonly color: string | undefined;
  readonly verbose: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Decides whether a stream has colours, whether progress is a live line, and whether the messages go into a log of
 * GitHub Actions. --color overrides FORCE_COLOR, and FORCE_COLOR overrides NO_COLOR, as in Node. Any value of NO_COLOR
 * except '' turns colours off (https://no-color.org).
 */
export function chooseStyle({ color, verbose, isTTY, env }: TerminalRequest): {
  colour: boolean;
  live: boolean;
  github: boolean;
} {
  const able = isTTY && env.TERM !== 'dumb';
  // Progress is not live with --verbose, because the lines of --verbose would break up the live line. Progress is not
  // live in a CI, because each redraw would be a new line of the log.
  const live = able && !env.CI && !env.GITHUB_ACTIONS && !verbose;
  return { colour: coloured(color, able, env), live, github: env.GITHUB_ACTIONS === 'true' };
}

function coloured(
  color: string | undefined,
  able: boolean,
  { FORCE_COLOR, NO_COLOR }: TerminalRequest['env'],
): boolean {
  if (color === 'always') return true;
  if (color === 'never') return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return able && !NO_COLOR;
}
