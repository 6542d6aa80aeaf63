import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusePrivateKeys } from '../../src/dkms/private-key.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { run } from '../../src/system/run.ts';

const KINDS: Record<string, string> = {
  'pkcs8.pem': 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out F',
  'MOK.priv': 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform DER -out F',
  'encrypted.key':
    'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -aes256 -pass pass:x -out F',
  'sec1.pem': 'ecparam -name prime256v1 -genkey -out F',
  'sec1.der': 'ecparam -name prime256v1 -genkey -noout -outform DER -out F',
};

test.each(Object.entries(KINDS))('%s of openssl is refused', async (name, command) => {
  await withTemporaryDirectory('key', async (directory) => {
    await run(
      'openssl',
      command.split(' ').map((word) => (word === 'F' ? name : word)),
      {
        cwd: directory,
      },
    );
    await expect(refusePrivateKeys(directory, [name])).rejects.toMatchObject({
      code: 'private-key',
      where: { file: join(directory, name) },
    });
  });
});

test('certificates, public keys and other files of such names are none', async () => {
  await withTemporaryDirectory('key', async (directory) => {
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x'];
    const files = ['-keyout', 'k.pem', '-out', 'cert.pem'];
    await run('openssl', [...request, ...files], { cwd: directory });
    await run('openssl', ['x509', '-in', 'cert.pem', '-outform', 'DER', '-out', 'cert.der'], {
      cwd: directory,
    });
    await run('openssl', ['pkey', '-in', 'k.pem', '-pubout', '-out', 'public.pem'], {
      cwd: directory,
    });
    await writeFile(join(directory, 'answer.key'), '42\n');
    await writeFile(join(directory, 'empty.pem'), '');
    const names = ['cert.pem', 'cert.der', 'public.pem', 'answer.key', 'empty.pem', 'gone.pem'];
    await refusePrivateKeys(directory, names);
  });
});
