import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import { CLEAN_TREE, writeTree } from '../support/lint-a-tree.ts';
import { codesOf, startLsp, stopLsp } from '../support/lsp-client.ts';
import { type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

const CONF = CLEAN_TREE['dkms.conf'] ?? '';
const DEAD = 'REMAKE_INITRD="yes"\n';

async function driver({ directory }: Sandbox, files: Readonly<Record<string, string>> = {}) {
  const tree = join(directory, 'tree');
  await mkdir(tree);
  await writeTree(tree, { ...CLEAN_TREE, ...files });
  return { tree, uri: pathToFileURL(join(tree, 'dkms.conf')).href };
}

describe('the end', () => {
  test('exit without shutdown has status 1', async ({ sandbox }) => {
    const client = await startLsp(sandbox);
    await client.connection.sendNotification('exit');
    expect(await client.ended).toBe(1);
  });

  test('requests after shutdown are refused, then exit has status 0', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.open(uri, CONF);
    await client.connection.sendRequest('shutdown');
    const params = { textDocument: { uri }, position: { line: 0, character: 0 } };
    await expect(client.connection.sendRequest('textDocument/hover', params)).rejects.toMatchObject(
      { code: -32600 },
    );
    await client.connection.sendNotification('exit');
    expect(await client.ended).toBe(0);
  });

  test('a request before initialize, and unknown ones, get errors', async ({ sandbox }) => {
    const client = await startLsp(sandbox, { capabilities: null });
    const params = { textDocument: { uri: 'file:///x' }, position: { line: 0, character: 0 } };
    await expect(client.connection.sendRequest('textDocument/hover', params)).rejects.toMatchObject(
      { code: -32002 },
    );
    await client.connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
    });
    await expect(client.connection.sendRequest('no/such')).rejects.toMatchObject({ code: -32601 });
    expect(await stopLsp(client)).toBe(0);
  });

  test('the server ends when the editor dies, also in the middle of a message', async ({
    sandbox,
  }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.open(uri, CONF);
    client.stdin.write('Content-Length: 1000\r\n\r\n{"jsonrpc"');
    client.stdin.end();
    expect(await client.ended).toBe(1);
  });

  test('the server survives input that is not of the protocol', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.stdin.write('Content-Length: 5\r\n\r\n{nope');
    client.stdin.write(Buffer.from('Content-Length: 3\r\n\r\n\xff\xfe[', 'latin1'));
    client.stdin.write('Content-Length: 4\r\n\r\nnull');
    client.stdin.write('Content-Length: 2\r\n\r\n[]');
    const bad = JSON.stringify({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: 7 });
    client.stdin.write(`Content-Length: ${bad.length}\r\n\r\n${bad}`);
    client.open(uri, CONF + DEAD);
    expect(codesOf(await client.diagnostics(uri))).toEqual(['deprecated-directive']);
    expect(await stopLsp(client)).toBe(0);
  });
});

describe('documents', () => {
  test('without a place on the disk are checked without a tree', async ({ sandbox }) => {
    const client = await startLsp(sandbox);
    const outside = pathToFileURL(join(sandbox.directory, 'nowhere/dkms.conf')).href;
    const uris = ['untitled:Untitled-1', 'vscode-remote://ssh/x/dkms.conf', outside];
    const text = `${CONF}${DEAD}BUILT_MODULE_NAME[1]="bar"\nPATCH="a.patch"\n`;
    for (const uri of uris) {
      client.open(uri, text);
      const codes = codesOf(await client.diagnostics(uri)).sort();
      expect(codes, uri).toEqual(['deprecated-directive', 'missing-directive']);
    }
    for (const uri of [
      'untitled:Untitled-2',
      'file://other.host/dkms.conf',
      'file:///a%2Fb',
      '%',
    ]) {
      client.open(uri, DEAD);
    }
    client.open('', CONF);
    expect(await client.diagnostics('untitled:Untitled-2')).toEqual([]);
    expect(await stopLsp(client)).toBe(0);
  });

  test('with CRLF, lone surrogates, U+FFFD and NUL have findings at the right places', async ({
    sandbox,
  }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.open(uri, `# \ud800 \ufffd \u0000 \u{1F600}\r\n${DEAD.trim()} # \u{1F600}\r\n`);
    const found = await client.diagnostics(uri);
    const dead = found.find(({ code }) => code === 'deprecated-directive');
    expect(dead?.range).toEqual({
      start: { line: 1, character: 0 },
      end: { line: 1, character: 19 },
    });
    expect(codesOf(found)).toContain('carriage-return');
    const params = {
      textDocument: { uri },
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } },
      context: { diagnostics: [] },
    };
    expect(await client.connection.sendRequest('textDocument/codeAction', params)).not.toEqual([]);
    expect(await stopLsp(client)).toBe(0);
  });

  test('that are too large are not checked, and do not stop the server', async ({ sandbox }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.open(uri, 'X="x"\n'.repeat(2_000_000));
    expect(codesOf(await client.diagnostics(uri))).toEqual(['too-large-for-editor']);
    const positions = { textDocument: { uri }, position: { line: 5, character: 1 } };
    expect(await client.connection.sendRequest('textDocument/hover', positions)).toBeNull();
    client.change(uri, 2, 'MAKE[1]="make $(uname -r)"\r\n'.repeat(2200));
    const many = await client.diagnostics(uri, 2);
    expect(many.length).toBe(500);
    expect(codesOf(many).at(-1)).toBe('more-findings');
    client.change(uri, 3, `${'('.repeat(20_000)}\n${'A[$('.repeat(10_000)}`);
    await client.diagnostics(uri, 3);
    client.change(uri, 4, CONF);
    expect(await client.diagnostics(uri, 4)).toEqual([]);
    expect(await stopLsp(client)).toBe(0);
  });

  test('that change 1000 times are checked only a few times, at last in their last version', async ({
    sandbox,
  }) => {
    const { uri } = await driver(sandbox);
    const client = await startLsp(sandbox);
    client.open(uri, CONF);
    for (let version = 2; version <= 1001; version++) {
      void client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [
          {
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
            text: version === 1001 ? DEAD : '#\n',
          },
        ],
      });
    }
    const found = await client.diagnostics(uri, 1001);
    expect(codesOf(found)).toEqual(['deprecated-directive']);
    expect(client.published.length).toBeLessThan(100);
    const versions = client.published.map(({ version = 0 }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(await stopLsp(client)).toBe(0);
  });
});

describe('a tree of a stranger', () => {
  test('is read, and neither bash nor make runs', async ({ sandbox }) => {
    const ran = join(sandbox.directory, 'ran');
    const bin = join(sandbox.directory, 'bin');
    await mkdir(bin);
    for (const name of ['bash', 'sh', 'make', 'dpkg-parsechangelog']) {
      await writeFile(join(bin, name), `#!/bin/dash\necho ${name} "$@" >>'${ran}'\nexit 1\n`);
      await chmod(join(bin, name), 0o755);
    }
    const text = `${CONF}MAKE="make -C $kernel_source_dir"\nV=$(touch '${ran}')\n`;
    const { uri } = await driver(sandbox, {
      'dkms.conf': text,
      Makefile: `obj-m += foo.o\nX := $(shell touch '${ran}')\n`,
      'debian/control': 'Source: foo\n\nPackage: foo-dkms\nArchitecture: all\n',
      'debian/rules': '#!/usr/bin/make -f\n%:\n\tdh $@ --with dkms\n',
      'debian/foo-dkms.dkms': CONF,
      'debian/foo-dkms.install': '* usr/src/foo-1.0/\n',
      'debian/changelog':
        'foo (1.1-1) unstable; urgency=medium\n\n  * X.\n\n -- A <a@b.c>  Mon, 02 Jan 2023 00:00:00 +0000\n',
    });
    const env = { ...sandbox.env, PATH: `${bin}:${sandbox.env.PATH}` };
    const client = await startLsp({ ...sandbox, env });
    client.open(uri, text);
    // It was checked together with its tree.
    const other = (found: Parameters<typeof codesOf>[0]) => codesOf(found).length > 0;
    await client.diagnostics(uri);
    client.change(uri, 2, CONF);
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    expect(codesOf((await client.until(uri, other)).diagnostics)).toEqual(['changelog-version']);
    const position = { line: 2, character: 22 };
    await client.connection.sendRequest('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    expect(await stopLsp(client)).toBe(0);
    await expect(readFile(ran, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(sandbox.tmp)).toEqual([]);
  });

  test('may have a fifo, a link to the outside and a directory in the place of files', async ({
    sandbox,
  }) => {
    const { tree, uri } = await driver(sandbox, { 'sub/Makefile': 'obj-m += x.o\n' });
    await symlink('/dev/zero', join(tree, 'Kbuild'));
    await symlink('/etc', join(tree, 'patches'));
    await mkdir(join(tree, 'debian'));
    await mkdir(join(tree, 'debian/control'));
    await symlink('..', join(tree, 'debian/loop'));
    const client = await startLsp(sandbox);
    client.open(uri, `${CONF}PATCH[0]=""\n`);
    await client.diagnostics(uri);
    const completion = await client.connection.sendRequest('textDocument/completion', {
      textDocument: { uri },
      position: { line: 5, character: 10 },
    });
    expect(completion).toEqual([]);
    expect(await stopLsp(client)).toBe(0);
  });
});
