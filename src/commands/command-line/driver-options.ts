import { UsageError } from '../../errors.ts';
import type { OptionDeclaration, PositionalDeclaration } from './command.ts';

/** What readSource takes: a driver wherever it comes from. */
export const SOURCE_POSITIONAL: PositionalDeclaration = {
  name: 'source',
  default: '.',
  completes: 'directory',
  describe: 'source tree, NAME/VERSION below /usr/src, or a -dkms .deb',
};

/** Of commands that work on a tree and its debian/. */
export const TREE_POSITIONAL: PositionalDeclaration = {
  name: 'directory',
  default: '.',
  completes: 'directory',
  describe: 'source tree of the driver',
};

/** `-k KERNEL`; each command says what it takes beside a release, and what none means. */
export const KERNEL_OPTION = {
  group: 'Kernels',
  alias: 'k',
  type: 'string',
  argument: 'KERNEL',
  repeat: true,
  default: [],
  completes: 'kernel',
} as const satisfies Omit<OptionDeclaration, 'describe'>;

export const HEADERS_OPTION: OptionDeclaration = {
  group: 'Kernels',
  type: 'string',
  argument: 'DIR',
  repeat: true,
  default: [],
  completes: 'directory',
  describe: 'kernel headers that are not installed, but unpacked below DIR; may be repeated',
};

export const ALLOW_FILE_OPTION: OptionDeclaration = {
  group: 'What is packed',
  type: 'string',
  argument: 'PATH',
  repeat: true,
  default: [],
  completes: 'file',
  describe: 'a file with a private key that everybody may have; may be repeated',
};

export const MAX_SIZE_OPTION: OptionDeclaration = {
  group: 'What is packed',
  type: 'string',
  argument: 'SIZE',
  describe: 'the most that the source may have, such as 500M or 8G (4G)',
};

const UNITS = ['', 'K', 'M', 'G', 'T'];

/** `8G`, `500M`, bytes; UsageError for anything else. */
export function readMaxSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits = '', unit = ''] = /^(\d{1,15})([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  if (bytes > 0) return bytes;
  throw new UsageError(`--max-size ${JSON.stringify(text)} is not a size`, {
    hint: 'Write it as 500M or 8G: K, M, G and T are powers of 1024.',
  });
}

export const ALL_OPTION: OptionDeclaration = {
  group: 'Kernels',
  type: 'boolean',
  default: false,
  describe: 'every kernel with headers',
};

/** `--conf FILE`; each command says under which heading, and when it is needed. */
export const CONF_OPTION = {
  type: 'string',
  argument: 'FILE',
  completes: 'file',
} as const satisfies Partial<OptionDeclaration>;

/** `--set NAME=VALUE`, in each command under a heading of its own. */
export const SET_OPTION = {
  type: 'string',
  argument: 'NAME=VALUE',
  repeat: true,
  describe: 'value of a placeholder, of PACKAGE_NAME or PACKAGE_VERSION',
} as const satisfies Omit<OptionDeclaration, 'group'>;

export const JOBS_OPTION: OptionDeclaration = {
  group: 'Build',
  alias: 'j',
  type: 'number',
  argument: 'NUMBER',
  describe: 'processors to use',
};
