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

describe('a trap in a file and in its copy is told once', () => {
  test('debian/*.dkms as init wrote it', async () => {
    const files = {
      'dkms.conf': CONF,
      'debian/foo-dkms.dkms': CONF,
      'debian/.dkms-deb.json': manifest(CONF),
    };
    expect(await filesWith(files)).toEqual(['dkms.conf']);
  });

  test('what a template was made into', async () => {
    expect(await filesWith({ 'dkms.conf': CONF, 'dkms.conf.in': CONF })).toEqual(['dkms.conf.in']);
  });

  test('a file of a person’s own is told of by itself', async () => {
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
