import { META_KINDS } from '../../package/modules/package-choices.ts';
import { type CommandDeclaration, DRY_RUN_OPTION } from '../command-line/command.ts';
import type { PublishArguments } from './publish-packages.ts';

const REPOSITORY = { group: 'Repository', type: 'string' } as const;
const INDEX = { group: 'Index' } as const;

export const publishCommand: CommandDeclaration<PublishArguments> = {
  name: 'publish',
  purpose: 'publish packages in a signed apt repository',
  positionals: [
    {
      name: 'results',
      repeat: true,
      completes: 'directory',
      describe: 'directories with packages or with results of run, or packages',
    },
  ],
  description: [
    'Verifies packages and adds them to an apt repository in a directory, which is then synchronised or served as it is. Root and a server are not needed. The index is written by apt-ftparchive and signed by gpg. The machines that use the repository can run apt-get update at any time, even if publish is killed: files of the pool and lists by hash are written first, the signed InRelease last, and old files stay for some time.',
    'For each flavour, the metapackage depends on the newest kernel that has published modules: if the modules for a newer kernel cannot be built, the metapackage stays with the older kernel. Modules leave the index 180 days after their kernel left the archive, but those of the newest three kernels of each flavour stay; files leave the pool 7 days later. Without results the index is only brought up to date.',
    'With results of `run`, the plan says which suite they belong to and how the repository is configured; options override it. Results of another plan are left out. For packages of `bmdeb -o DIR`, `--repo`, `--suite` and `--key` are enough.',
  ],
  options: {
    repo: {
      ...REPOSITORY,
      argument: 'DIR',
      completes: 'directory',
      describe: 'directory of the repository, made if missing',
    },
    plan: {
      ...REPOSITORY,
      argument: 'FILE',
      completes: 'file',
      describe:
        'plan of the results (default: plan.json beside the results; without results and --key: plan.json here, if it is for this repository)',
    },
    suite: {
      ...REPOSITORY,
      argument: 'NAME',
      describe: 'suite for the packages if no plan names a suite, such as trixie',
    },
    key: {
      group: 'Signature',
      type: 'string',
      argument: 'KEY',
      repeat: true,
      default: [],
      describe:
        'fingerprint of a key of gpg, or a file with a secret key; during a rotation, give both keys (default: the keys of the plan)',
    },
    'passphrase-file': {
      group: 'Signature',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'file with the pass phrase of the keys (default: the agent of gpg asks)',
    },
    modalias: {
      group: 'Packages',
      type: 'boolean',
      default: false,
      describe:
        "name the devices in new metapackages (field Modaliases), for Ubuntu's ubuntu-drivers",
    },
    meta: {
      group: 'Packages',
      type: 'string',
      choices: META_KINDS,
      describe:
        'write metapackages; a new kernel without modules is held back with lockstep and let in with loose; fallback installs the -dkms package',
    },
    certificate: {
      group: 'Packages',
      type: 'string',
      argument: 'FILE',
      completes: 'file',
      describe: 'certificate of the modules, for the keyring package',
    },
    origin: {
      ...INDEX,
      type: 'string',
      argument: 'NAME',
      describe: 'name of the archive; Acme also publishes the package acme-archive-keyring',
    },
    label: {
      ...INDEX,
      type: 'string',
      argument: 'TEXT',
      describe: 'label of the archive (default: its name)',
    },
    url: {
      ...INDEX,
      type: 'string',
      argument: 'URL',
      describe:
        'address of the archive; the keyring package contains an apt source with this address',
    },
    'valid-for': {
      ...INDEX,
      type: 'number',
      argument: 'DAYS',
      describe: 'let the index expire after DAYS; publish again before that',
    },
    generations: {
      ...INDEX,
      type: 'number',
      argument: 'N',
      describe: 'number of indices whose files stay for slow clients (default: 3)',
    },
    check: {
      group: 'Checks',
      type: 'boolean',
      default: false,
      describe:
        'simulate installation and upgrades with apt after publishing; without results, check what is published',
    },
    sources: {
      group: 'Checks',
      type: 'string',
      argument: 'FILE',
      repeat: true,
      default: [],
      completes: 'file',
      describe:
        "with --check: a file that names the apt archives of the kernels (default: the archives of the machine's apt)",
    },
    'dry-run': DRY_RUN_OPTION,
  },
  examples: [
    {
      command: 'dkms-deb publish out --repo site --suite trixie --key FINGERPRINT',
      describe: 'publish the packages in out/',
    },
    {
      command: 'dkms-deb publish results --repo site --check',
      describe: 'publish what run has built, and check it with apt',
    },
  ],
  exits: [],
  environment: ['SOURCE_DATE_EPOCH', 'GNUPGHOME'],
  files: ['plan.json', 'results.json', 'dists/, pool/, dkms-deb/status.json'],
  load: async () => (await import('./publish-packages.ts')).publish,
};
