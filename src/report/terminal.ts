/** The options and environment variables on which the style of a stream depends: stderr has messages, stdout results. */
export interface TerminalRequest {
  /** The value of --color; undefined means `auto`. */
  readonly color: string | undefined;
  readonly verbose: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Decides whether a stream has colours, and whether progress is a live line. As in Node, --color overrides
 * FORCE_COLOR, and FORCE_COLOR overrides NO_COLOR (https://no-color.org: set to any value that is not empty).
 */
export function chooseStyle({ color, verbose, isTTY, env }: TerminalRequest): {
  colour: boolean;
  live: boolean;
  github: boolean;
} {
  const able = isTTY && env.TERM !== 'dumb';
  // Progress is not live with --verbose, whose lines would break up a live line, nor in a CI, whose log would get a
  // line for each redraw.
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
