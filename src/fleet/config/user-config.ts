import * as z from 'zod';
import { META_KINDS } from '../../package/modules/package-choices.ts';
import { SIGN } from './fleet-config.ts';

const text = z.string().min(1).max(4096);

/**
 * The declaration of ~/.config/dkms-deb/config.yaml: settings that are the same for all drivers of a person. The
 * types, the checks and the JSON Schema are made from it.
 */
export const USER_CONFIG = z.strictObject({
  maintainer: text
    .optional()
    .describe("maintainer of a new debian/, if the environment names no maintainer: 'Name <mail>'"),
  meta: z.enum(META_KINDS).optional().describe('--meta of bmdeb'),
  compression: text.optional().describe('--compression of build, such as zstd or xz:9'),
  jobs: z.int().min(1).max(4096).optional().describe('--jobs of bmdeb'),
  suites: z
    .array(text)
    .max(1000)
    .optional()
    .describe('--suite of kernels, and of bmdeb if an option such as --latest needs suites'),
  'gpg-key': text.optional().describe('key for build --sign, if that option names no key'),
  sign: SIGN.optional(),
});

/** The contents of a config.yaml. Paths are absolute, relative to the directory of the file, or begin with ~/. */
export type UserConfig = z.infer<typeof USER_CONFIG>;
