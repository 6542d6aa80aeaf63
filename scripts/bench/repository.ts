import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSmallPackage } from '../../test/support/small-package.ts';
import { compare, dkmsDeb, scratch, time, wanted } from './measure.ts';

const PACKAGES = 2000;
const NAME = `\`publish\` of one package into a repository of ${PACKAGES}`;

/** The same formats as in the index of `publish`: plain, xz and gzip. */
const CONFIGURATION = `Dir { ArchiveDir "."; CacheDir "cache"; };
Default { Packages::Compress ". xz gzip"; Contents::Compress ". xz"; };
TreeDefault { BinCacheDB "packages-$(ARCH).db"; Directory "pool/"; Packages "$(DIST)/main/binary-$(ARCH)/Packages"; Contents "$(DIST)/main/Contents-$(ARCH)"; };
Tree "dists/trixie" { Sections "main"; Architectures "amd64"; };
`;

/** Compares `publish` with apt-ftparchive alone, which has read all packages before and makes the same lists. */
export async function publishOne(): Promise<void> {
  if (!wanted(NAME)) return;
  const [debs, site, plain, home] = ['debs', 'site', 'plain', 'gnupg'].map((name) => {
    mkdirSync(join(scratch, name), { mode: 0o700 });
    return join(scratch, name);
  }) as [string, string, string, string];
  const gpg = ['--homedir', home, '--batch', '--quiet', '--passphrase', ''];
  execFileSync('gpg', [...gpg, '--quick-generate-key', 'bench', 'ed25519', 'sign', 'never']);
  const key = join(scratch, 'key');
  execFileSync('gpg', ['--homedir', home, '--batch', '--output', key, '--export-secret-keys']);
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  let made = 0;
  const make = async (directory: string) => {
    made++;
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [
        `usr/share/package-${made}/${i}`,
        `${made}`.repeat(400),
      ]),
    );
    return writeSmallPackage(directory, { name: `package-${made}`, files });
  };
  for (let count = 0; count < PACKAGES; count++) await make(debs);
  const publish = (what: string) =>
    time([dkmsDeb, 'publish', '-q', what, '--repo', site, '--suite', 'trixie', '--key', key]);
  publish(debs);
  cpSync(join(site, 'pool'), join(plain, 'pool'), { recursive: true });
  mkdirSync(join(plain, 'dists/trixie/main/binary-amd64'), { recursive: true });
  mkdirSync(join(plain, 'cache'));
  writeFileSync(join(plain, 'generate.conf'), CONFIGURATION);
  const news: string[] = [];
  const next = join(scratch, 'next');
  mkdirSync(next);
  for (let count = 0; count < 40; count++) news.push(await make(next));
  compare(
    NAME,
    '3',
    () => publish(news.pop() ?? ''),
    () => {
      cpSync(news.pop() ?? '', join(plain, `pool/new-${news.length}_1.0_amd64.deb`));
      return time(['apt-ftparchive', 'generate', 'generate.conf'], plain);
    },
  );
}
