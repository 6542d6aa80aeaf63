import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPrivateKeys, refusePrivateKeys } from '../../../src/dkms/source/private-key.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

/** Commands of openssl; F is the file. */
const OPENSSL: Record<string, string> = {
  'pkcs8.pem': 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out F',
  'pkcs8.der': 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform DER -out F',
  'pkcs1.pem': 'genrsa -traditional -out F 2048',
  'encrypted.pem': 'genpkey -algorithm RSA -aes256 -pass pass:x -out F',
  'encrypted.der':
    'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:x -outform DER -out F',
  'traditional-encrypted.pem': 'genrsa -traditional -aes128 -passout pass:x -out F 2048',
  'sec1.pem': 'ecparam -name prime256v1 -genkey -out F',
  'sec1.der': 'ecparam -name prime256v1 -genkey -noout -outform DER -out F',
  'ed25519.der': 'genpkey -algorithm ED25519 -outform DER -out F',
  'ed25519.pem': 'genpkey -algorithm ED25519 -out F',
};

const openssl = (cwd: string, command: string, file: string) =>
  run(
    'openssl',
    command.split(' ').map((word) => (word === 'F' ? file : word)),
    { cwd },
  );

describe('private keys with any name', () => {
  test.each(Object.entries(OPENSSL))('%s of openssl', async (name, command) => {
    await withTemporaryDirectory('key', async (directory) => {
      await openssl(directory, command, name);
      await copyFile(join(directory, name), join(directory, 'notes.txt'));
      await copyFile(join(directory, name), join(directory, 'drv.c'));
      expect(findPrivateKeys(directory, [name, 'notes.txt', 'drv.c'])).toHaveLength(3);
    });
  });

  test("PKCS#1 of DER, and PKCS#12 in openssl's two kinds, with text before a PEM key", async () => {
    await withTemporaryDirectory('key', async (cwd) => {
      await openssl(
        cwd,
        'req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem',
        '',
      );
      await openssl(cwd, 'rsa -in k.pem -traditional -outform DER -out pkcs1', '');
      const pack = 'pkcs12 -export -inkey k.pem -in c.pem -passout pass:x -out F';
      await openssl(cwd, pack, 'store');
      await openssl(cwd, `${pack} -certpbe AES-256-CBC -keypbe AES-256-CBC`, 'modern');
      await openssl(cwd, 'pkcs12 -in store -passin pass:x -nodes -out bags', '');
      const text = await readFile(join(cwd, 'k.pem'), 'latin1');
      await writeFile(
        join(cwd, 'late'),
        `${'# text\n'.repeat(3000)}${text.replaceAll('\n', '\r\n')}`,
      );
      const names = ['pkcs1', 'store', 'modern', 'bags', 'late', 'k.pem'];
      expect(findPrivateKeys(cwd, [...names, 'c.pem'])).toEqual(names);
    });
  });

  test('OpenSSH, PuTTY, OpenPGP armoured, age, minisign and others by their beginning', async () => {
    await withTemporaryDirectory('key', async (cwd) => {
      const body = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ'.repeat(2);
      const files: Record<string, string | Buffer> = {
        ssh: `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`,
        'ssh.com': `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n${body}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n`,
        putty: 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
        pgp: `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${body}\n-----END PGP PRIVATE KEY BLOCK-----\n`,
        age: `# created: today\nAGE-SECRET-KEY-1${'Q'.repeat(58)}\n`,
        minisign: 'untrusted comment: minisign encrypted secret key\nRWRT\n',
        agent: 'Created: 20250101T000000\nKey: (protected-private-key (rsa (n #00#)))\n',
        agent1: '(21:protected-private-key(3:rsa',
        pvk: Buffer.from('1ef1b5b0000000000200000000000000', 'hex'),
        jks: javaStore(0xfeedfeed, [1]),
        jceks: javaStore(0xcececece, [2, 3]),
      };
      for (const [name, content] of Object.entries(files))
        await writeFile(join(cwd, name), content);
      expect(findPrivateKeys(cwd, Object.keys(files))).toEqual(Object.keys(files));
    });
  });

  test('a binary key ring of OpenPGP', async () => {
    await withTemporaryDirectory('key', async (cwd) => {
      for (const [name, head] of [
        ['old', Buffer.from([0x95, 0x00, 0x40])],
        ['new', Buffer.from([0xc5, 0x40])],
      ] as const) {
        const key = Buffer.concat([Buffer.from([4, 1, 2, 3, 4, 22]), Buffer.alloc(0x40 - 6, 0x55)]);
        const user = Buffer.from([0xb4, 0x03, 0x61, 0x62, 0x63]);
        await writeFile(join(cwd, name), Buffer.concat([head, key, user, Buffer.alloc(10)]));
        await writeFile(join(cwd, `${name}-alone`), Buffer.concat([head, key]));
      }
      const names = ['old', 'old-alone', 'new', 'new-alone'];
      expect(findPrivateKeys(cwd, names)).toEqual(names);
    });
  });
});

/** Entries of a Java key store: 1 private key, 2 certificate, 3 secret key. */
function javaStore(magic: number, tags: readonly number[]): Buffer {
  const parts = [number32(magic), number32(2), number32(tags.length)];
  for (const tag of tags) {
    parts.push(number32(tag), Buffer.from([0, 1]), Buffer.from('a'), Buffer.alloc(8));
    if (tag === 2)
      parts.push(Buffer.from([0, 5]), Buffer.from('X.509'), number32(4), Buffer.alloc(4, 1));
    else parts.push(number32(3), Buffer.alloc(3, 1));
  }
  return Buffer.concat(parts);
}

function number32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

test('public keys and texts about keys are not private keys', async () => {
  await withTemporaryDirectory('key', async (cwd) => {
    await openssl(
      cwd,
      'req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem',
      '',
    );
    await openssl(cwd, 'x509 -in c.pem -outform DER -out c.der', '');
    await openssl(cwd, 'pkey -in k.pem -pubout -out p.pem', '');
    await openssl(cwd, 'pkey -in k.pem -pubout -outform DER -out p.der', '');
    await openssl(cwd, 'rsa -in k.pem -RSAPublicKey_out -outform DER -out p1.der', '');
    await openssl(cwd, 'req -new -key k.pem -subj /CN=x -outform DER -out r.der', '');
    await openssl(cwd, 'crl2pkcs7 -nocrl -certfile c.pem -outform DER -out p7.der', '');
    await writeFile(join(cwd, 'data'), 'text to sign');
    await openssl(
      cwd,
      'cms -sign -in data -signer c.pem -inkey k.pem -outform DER -binary -out cms.der',
      '',
    );
    await openssl(cwd, 'dgst -sha256 -sign k.pem -out sig data', '');
    const files: Record<string, string | Buffer> = {
      'answer.key': '42\n',
      'empty.pem': '',
      'sign.sh': 'grep -q "BEGIN PRIVATE KEY" "$1" || echo "-----BEGIN PRIVATE KEY-----"\n',
      'README.md':
        'The file begins with:\n\n    -----BEGIN PRIVATE KEY-----\n    ...\n    -----END PRIVATE KEY-----\n',
      'fw.bin': Buffer.from('3082010002010002820001', 'hex'),
      'trust.jks': javaStore(0xfeedfeed, [2, 2]),
      'zeros.bin': Buffer.alloc(100_000),
      'pub.asc':
        '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFX8dzkBCADKG9NfKGpOgM\n-----END PGP PUBLIC KEY BLOCK-----\n',
      'id.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA x@y\n',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
    const made = [
      'c.pem',
      'c.der',
      'p.pem',
      'p.der',
      'p1.der',
      'r.der',
      'p7.der',
      'cms.der',
      'sig',
    ];
    expect(findPrivateKeys(cwd, [...made, ...Object.keys(files), 'gone.pem'])).toEqual([]);
  });
});

test('a thousand random files have no key', async () => {
  await withTemporaryDirectory('key', async (cwd) => {
    let state = 12345;
    const next = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 16;
    };
    const names: string[] = [];
    await mkdir(join(cwd, 'd'));
    for (let i = 0; i < 1000; i++) {
      const bytes = Buffer.from(Array.from({ length: 40 + (next() % 400) }, next));
      // The first bytes of keys, which is where they could be taken for some.
      bytes[0] = [0x30, 0x95, 0xc5, 0x94, 0xfe][i % 5] ?? 0;
      if (i % 5 === 0) bytes.writeUInt16BE(0x0201, 2);
      names.push(`d/${i}`);
      await writeFile(join(cwd, `d/${i}`), bytes);
    }
    expect(findPrivateKeys(cwd, names)).toEqual([]);
  });
});

test('the error names the first key and lists the others, without those that are allowed', async () => {
  await withTemporaryDirectory('key', async (cwd) => {
    for (const name of ['a.c', 'b.txt', 'c'])
      await writeFile(join(cwd, name), 'PuTTY-User-Key-File-2: x\n');
    await expect(refusePrivateKeys(cwd, ['a.c', 'b.txt', 'c'])).rejects.toMatchObject({
      code: 'private-key',
      where: { file: join(cwd, 'a.c') },
      output: [join(cwd, 'b.txt'), join(cwd, 'c')],
      hint: expect.stringContaining('--allow-file'),
    });
    await refusePrivateKeys(cwd, ['a.c', 'b.txt', 'c'], ['a.c', 'b.txt', 'c']);
  });
});

test('a link to a fifo is not waited for', async () => {
  await withTemporaryDirectory('key', async (directory) => {
    await run('mkfifo', [join(directory, 'fifo')]);
    await symlink('fifo', join(directory, 'link.c'));
    expect(findPrivateKeys(directory, ['link.c', 'fifo'])).toEqual([]);
  });
});
