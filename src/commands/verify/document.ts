import type { PackageReport, PackedModuleReport } from '../../package/verify/verify-package.ts';
import { errorsIn } from './describe-report.ts';

/** Returns a report in the form for --json. */
export function toDocument(report: PackageReport): unknown {
  const { file, name, version, architecture, findings } = report;
  return {
    file,
    package: name,
    version,
    architecture,
    errors: errorsIn(report),
    findings,
    modules: report.modules.map(moduleDocument),
  };
}

function moduleDocument({ path, release, facts, findings }: PackedModuleReport): unknown {
  const modinfo = facts.elf?.modinfo;
  return {
    path,
    name: facts.name,
    release,
    compression: facts.compression,
    version: modinfo?.first('version'),
    srcversion: modinfo?.first('srcversion'),
    vermagic: modinfo?.first('vermagic')?.trim(),
    license: modinfo?.first('license'),
    depends: modinfo?.list('depends') ?? [],
    firmware: modinfo?.all('firmware') ?? [],
    signers: (facts.signature?.signers ?? []).map(({ name, keyId, hash }) => ({
      name,
      keyId,
      hash,
    })),
    findings,
  };
}
