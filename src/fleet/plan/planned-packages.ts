import { isAbsolute, relative, resolve } from 'node:path';
import { isTokenUri } from '../../module/sign/token-uri.ts';
import { withProgramPath } from '../../system/text/program-path.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import type { Plan } from './plan-document.ts';

/**
 * Returns the part of a plan about the packages. Paths in `config`, which are relative to the directory `from`, become
 * relative to `to`.
 */
export function plannedPackages(config: FleetConfig, from: string, to: string): Plan['packages'] {
  const { sign, meta } = config;
  const place = (path: string) => relocated(path, from, to);
  // A program without a slash would be searched in PATH.
  const program = (path: string) => place(path).replace(/^(?!.*\/)/, './');
  const places = (paths: string | readonly string[]) =>
    typeof paths === 'string' ? place(paths) : paths.map(place);
  return {
    dbgsym: config.dbgsym ?? false,
    initramfs: config.initramfs ?? 'never',
    dkmsRelation: config['dkms-relation'] ?? 'coexist',
    ...(config['kernel-dep'] && { kernelDependency: config['kernel-dep'] }),
    ...(config['kernel-package'] && { kernelPackage: config['kernel-package'] }),
    ...(meta && { meta }),
    ...(config.modalias && { modalias: true }),
    ...(sign && {
      sign: {
        ...sign,
        ...(sign.key !== undefined && { key: places(sign.key) }),
        ...(sign.certificate !== undefined && { certificate: places(sign.certificate) }),
        ...(sign.command !== undefined && { command: withProgramPath(sign.command, program) }),
        ...(sign['passphrase-file'] !== undefined && {
          'passphrase-file': place(sign['passphrase-file']),
        }),
      },
    }),
  };
}

/**
 * Converts a path that is relative to `from` into one that is relative to `to`. Absolute paths and pkcs11: URIs stay
 * as they are.
 */
export function relocated(path: string, from: string, to: string): string {
  if (isAbsolute(path) || isTokenUri(path)) return path;
  return relative(to, resolve(from, path)) || '.';
}
