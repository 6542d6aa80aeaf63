/**
 * Runs dkms-deb over real drivers, and prints a table or writes it into a page of docs/:
 *
 *   npm run corpus -- drivers [OPTION…] DIR…   all commands, over trees as they were cloned, beside the real dkms
 *   npm run corpus -- packagings DIR…          build of existing debian/ directories, beside dpkg-buildpackage
 *   npm run corpus -- init [OPTION…] [DIR…]    init over Debian's *-dkms packages, repositories, or your own trees
 *   npm run corpus -- bmdeb [PACKAGE…]         bmdeb over Debian's *-dkms packages, beside the real dkms build
 *   npm run corpus -- vendor --clones DIR      init over vendors' trees without dkms.conf
 *   npm run corpus -- lint [DIR…]              lint over bookworm's and trixie's packages, and your own trees
 *   npm run corpus -- boots [SUITE…]           boots the newest kernels of suites, and loads modules that bmdeb built
 *   npm run corpus -- kernels [RELEASE…]       bmdeb for every kernel that Debian's archive lists
 *   npm run corpus -- ports [SUITE/ARCH…]      bmdeb for kernels of Debian's other architectures
 *   npm run corpus -- clang [CODENAME=N…]      bmdeb for a kernel that clang has compiled
 *   npm run corpus -- bytes [SUITE…]           packages of bmdeb --suite beside those built in a Debian of that suite
 *
 * The file of each part in scripts/corpus/ describes its options. dkms, debhelper and lintian are those of
 * the tests (scripts/setup.sh --test).
 */
type Part = (args: string[]) => Promise<void>;

const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  drivers: async () => (await import('./corpus/drivers.ts')).corpusDrivers,
  packagings: async () => (await import('./corpus/packagings.ts')).corpusPackagings,
  init: async () => (await import('./corpus/init.ts')).corpusInit,
  bmdeb: async () => (await import('./corpus/bmdeb.ts')).corpusBmdeb,
  vendor: async () => (await import('./corpus/vendor.ts')).corpusVendor,
  lint: async () => (await import('./corpus/lint.ts')).corpusLint,
  boots: async () => (await import('./corpus/boots.ts')).corpusBoots,
  kernels: async () => (await import('./corpus/kernels.ts')).corpusKernels,
  ports: async () => (await import('./corpus/ports.ts')).corpusPorts,
  clang: async () => (await import('./corpus/clang.ts')).corpusClang,
  bytes: async () => (await import('./corpus/bytes.ts')).corpusBytes,
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
if (load === undefined) {
  process.stderr.write(`corpus: name one of ${Object.keys(PARTS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  await (await load())(args);
}
