import {
  BY_SUBJECT,
  factsOf,
  historyOf,
  isArray,
  VARIABLES,
} from '../../src/dkms/directives/directive-facts.ts';

/** Returns docs/dkms-conf.md, made from the facts about the directives. */
export function directivesDocument(): string {
  const sections = BY_SUBJECT.map((directive) => {
    const { meaning, unset, example } = factsOf(directive);
    return [
      `### ${directive}`,
      `${meaning}${isArray(directive) ? ' It is an array.' : ''} If it is not set, ${unset}.`,
      historyOf(directive).join(' '),
      ['```bash', example, '```'].join('\n'),
    ].join('\n\n');
  });
  const variables = Object.entries(VARIABLES).map(
    ([name, meaning]) => `- \`$${name}\`: ${meaning}`,
  );
  return `${[
    '# The directives of dkms.conf',
    'Made from what `dkms-deb lsp` shows in editors (`UPDATE_GOLDEN=1 npx vitest run test/dkms/directives`). Releases are those of DKMS; Debian 12 has 3.0.10, Debian 13 has 3.2.2. The mistakes that are made with directives are in [lint.md](lint.md).',
    'DKMS sources the file with bash for each kernel. It reads only these variables; all others are for the file itself. Of a directive that is not an array, it reads only element 0.',
    '## Variables',
    'Values can use these variables:',
    variables.join('\n'),
    '## Directives',
    ...sections,
  ].join('\n\n')}\n`;
}
