import { describe, expect, test } from 'vitest';
import { chooseStyle, type TerminalRequest } from '../../src/report/terminal.ts';

function style(request: Partial<TerminalRequest>) {
  return chooseStyle({ color: undefined, verbose: false, isTTY: true, env: {}, ...request });
}

describe('colour', () => {
  test.each([
    ['on a terminal', {}, true],
    ['in a pipe', { isTTY: false }, false],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }, false],
    ['--color=auto', { color: 'auto' }, true],
    ['--color=always in a pipe', { color: 'always', isTTY: false }, true],
    ['--color=always against NO_COLOR', { color: 'always', env: { NO_COLOR: '1' } }, true],
    ['--color=never', { color: 'never' }, false],
    ['--color=never against FORCE_COLOR', { color: 'never', env: { FORCE_COLOR: '1' } }, false],
    ['NO_COLOR', { env: { NO_COLOR: '1' } }, false],
    ['NO_COLOR=0, which is a value, too', { env: { NO_COLOR: '0' } }, false],
    ['NO_COLOR empty', { env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { isTTY: false, env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, false],
    ['FORCE_COLOR against NO_COLOR', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, true],
    ['in CI', { env: { CI: 'true' } }, true],
  ] as const)('%s', (_, request, colour) => {
    expect(style(request).colour).toBe(colour);
  });
});

describe('a live line', () => {
  test.each([
    ['on a terminal', {}, true],
    ['in a pipe', { isTTY: false }, false],
    ['in a pipe with --color=always', { isTTY: false, color: 'always' }, false],
    ['in CI', { env: { CI: 'true' } }, false],
    ['in GitHub Actions', { env: { GITHUB_ACTIONS: 'true' } }, false],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }, false],
    ['with --verbose', { verbose: true }, false],
  ] as const)('%s', (_, request, live) => {
    expect(style(request).live).toBe(live);
  });
});
