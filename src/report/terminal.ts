/** What a person wants of the terminal, and what it can do. */
export interface TerminalRequest {
  /** --color; undefined as `auto`. */
  readonly color: string | undefined;
  readonly verbose: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether messages are coloured and progress is one live line. --color goes before FORCE_COLOR, that
 * before NO_COLOR (https://no-color.org: any value but the empty one), as in Node itself.
 */
export function chooseStyle({ color, verbose, isTTY, env }: TerminalRequest): {
  colour: boolean;
  live: boolean;
} {
  const able = isTTY && env.TERM !== 'dumb';
  // A live line would be torn by what --verbose tells; a CI's log shows each state of it as a line.
  return { colour: coloured(color, able, env), live: able && !env.CI && !verbose };
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
