import type { ListedFile } from '../../debian/files-list.ts';
import type { StagedPackage } from '../../package/dkms/dkms-package.ts';

/** The package's line of debian/files. */
export function uploadedPackage({ fileName, packaging }: StagedPackage): ListedFile {
  const { source, binary } = packaging;
  const field = (name: string) => binary.get(name) ?? source.get(name) ?? '-';
  return { fileName, section: field('Section'), priority: field('Priority') };
}
