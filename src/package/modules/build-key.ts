import type { Field } from '../../debian/control-field.ts';
import type { CmsSigner } from '../../module/format/signature-cms.ts';
import { sha256 } from '../../system/files/sha256.ts';

/** A number that is part of each key. Increase it if the same input gives packages with other bytes than before. */
const FORMAT = 3;
/** The number of hex digits of a part in Build-Inputs. They are enough to tell which part changed. */
const SHOWN = 16;

/** The input of a package of modules, each part as a sha256 in hex. */
export interface KeyParts {
  /**
   * A digest of these things: the files of the driver except its dkms.conf, the description of the driver except the
   * maintainer, the time stamp, and the files for all kernels if there are any.
   */
  readonly source: string;
  /** The text of dkms.conf. */
  readonly conf: string;
  /**
   * A digest of the kernel headers. For headers of an archive, it is made from the name, version, architecture and
   * checksum of each of their packages. For other headers, it is made from the release, the architecture, the version
   * of the headers package, Module.symvers, the configuration and the generated headers. If the modules need
   * linux-modules-extra, that dependency is a part, too.
   */
  readonly headers: string;
  /**
   * For headers of an archive, the versions of the compiler, binutils and pahole that apt chose. For other headers,
   * what the installed programs print for --version.
   */
  readonly toolchain: string;
  /** The maintainer, the choices for the packages, and the drivers of BUILD_DEPENDS. */
  readonly options: string;
}

/** The values of the control fields Build-Key and Build-Inputs. */
export interface BuildKey {
  /** `sha256:` and 64 hex digits. */
  readonly key: string;
  /** `source=… conf=… headers=… toolchain=… options=…`, the first 16 digits of each part. */
  readonly inputs: string;
}

const PARTS = ['source', 'conf', 'headers', 'toolchain', 'options'] as const;
export type KeyPart = (typeof PARTS)[number];

/**
 * Returns the key of a build. Two builds with the same key give packages with the same bytes, apart from signatures and
 * from the number of a rebuild in the version.
 */
export function buildKeyOf(parts: KeyParts): BuildKey {
  const whole = PARTS.map((name) => [name, parts[name]]);
  return {
    key: `sha256:${digestOf([FORMAT, whole])}`,
    inputs: PARTS.map((name) => `${name}=${parts[name].slice(0, SHOWN)}`).join(' '),
  };
}

/** Returns a sha256 (hex) of a value that consists of lists, texts, numbers and objects with a fixed order of keys. */
export function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value));
}

/** Returns the parts that differ between two values of Build-Inputs; all parts if one value is not in this form. */
export function changedParts(before: string, after: string): KeyPart[] {
  const [old, now] = [before, after].map(
    (text) =>
      new Map(text.split(' ').map((word) => [word.split('=')[0], word.split('=')[1]] as const)),
  );
  return PARTS.filter((name) => old?.get(name) === undefined || old.get(name) !== now?.get(name));
}

/**
 * Returns the fields Build-Key and Build-Inputs for the control file of a package of modules. Their values are
 * undefined if there is no key.
 */
export function buildKeyFields(key: BuildKey | undefined): Field[] {
  return [
    ['Build-Key', key?.key],
    ['Build-Inputs', key?.inputs],
  ];
}

/**
 * Returns the value of the field Module-Signers: modinfo's sig_key of each signer, sorted; with blanks between them;
 * undefined for unsigned modules. This field is not a part of the key, so that packages may be signed after they were
 * built.
 */
export function moduleSigners(signers: readonly CmsSigner[]): string | undefined {
  const ids = new Set(signers.map(({ keyId }) => keyId));
  return ids.size === 0 ? undefined : [...ids].sort().join(' ');
}
