import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { confWith, lintFiles } from '../../support/lint-a-tree.ts';

const CONF = confWith('MAKE="make KDIR=/lib/modules/$(uname -r)/build"');

function manifest(text: string): string {
  const sum = createHash('sha256').update(text).digest('hex');
  return `${JSON.stringify({ files: { 'foo-dkms.dkms': sum } })}\n`;
}

async function filesWith(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found = (await lintFiles(files)).filter(({ code }) => code === 'uname-r');
  return found.map(({ file }) => file.replace(/^.*\/(?=debian\/|dkms)/, ''));
}

describe('a finding in a file and in its copy is reported once', () => {
  test('findings in an unedited debian/*.dkms are removed', async () => {
    const files = {
      'dkms.conf': CONF,
      'debian/foo-dkms.dkms': CONF,
      'debian/.dkms-deb.json': manifest(CONF),
    };
    expect(await filesWith(files)).toEqual(['dkms.conf']);
  });

  test('findings in a file made from a template are removed', async () => {
    expect(await filesWith({ 'dkms.conf': CONF, 'dkms.conf.in': CONF })).toEqual(['dkms.conf.in']);
  });

  test('findings in a file that the user wrote are kept', async () => {
    const files = { 'dkms.conf': CONF, 'debian/foo-dkms.dkms': CONF };
    expect(await filesWith(files)).toEqual(['debian/foo-dkms.dkms', 'dkms.conf']);
    const edited = {
      'dkms.conf': CONF,
      'debian/foo-dkms.dkms': `${CONF}# mine\n`,
      'debian/.dkms-deb.json': manifest(CONF),
    };
    expect(await filesWith(edited)).toEqual(['debian/foo-dkms.dkms', 'dkms.conf']);
  });
});
