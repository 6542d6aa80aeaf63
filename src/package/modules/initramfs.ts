import { readFile } from 'node:fs/promises';
import type { BuiltModule } from '../../module/compile/finish-module.ts';
import { type ElfFacts, readModuleFacts } from '../../module/format/module-facts.ts';
import { moduleName } from '../../module/format/module-path.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { InitramfsChoice } from './package-choices.ts';

/**
 * Functions of the kernel that drivers of disks, file systems and keyboards call. A machine may need such a driver
 * to boot.
 */
const BOOT_IMPORTS = new RegExp(
  `^(${[
    // Functions for block devices and their buses (drivers/block, scsi, ata, nvme, mmc, md).
    '__register_blkdev|device_add_disk|(__)?blk_mq_alloc_(tag_set|disk).*|__blk_alloc_disk',
    'scsi_(host_alloc|add_host_with_dma)|ata_host_(activate|register)|nvme_init_ctrl|mmc_add_host|(devm_)?mmc_alloc_host',
    'usb_stor_probe1|dm_register_target|register_md_(personality|submodule)|register_mtd_blktrans',
    'register_filesystem|__hid_register_driver',
  ].join('|')})$`,
);

/**
 * Functions of the kernel that network drivers call. A root file system over NFS may need such a driver, if the driver
 * is for hardware (initramfs-tools, `net`).
 */
const NETWORK_IMPORTS = /^register_netdev(ice)?$/;

/** Whether a module is of a kind that initramfs-tools and dracut put into every initramfs. */
export function isBootModule({ imports, modinfo }: Pick<ElfFacts, 'imports' | 'modinfo'>): boolean {
  if (imports.some((name) => BOOT_IMPORTS.test(name))) return true;
  return modinfo.all('alias').length > 0 && imports.some((name) => NETWORK_IMPORTS.test(name));
}

/**
 * Returns the part of postinst that rebuilds the initramfs of `release`; '' if it is not rebuilt. With `auto` and
 * modules that are not needed to boot, this part rebuilds the initramfs only if the administrator lists these modules,
 * or if the present initramfs contains them.
 */
export async function initramfsSnippet(
  choice: InitramfsChoice,
  modules: readonly Pick<BuiltModule, 'file'>[],
  release: string,
): Promise<string> {
  if (choice === 'never') return '';
  const needed =
    choice === 'always' ||
    (await Promise.all(modules.map(({ file }) => isBootFile(file)))).some((boots) => boots);
  // The names of files may have `-` instead of `_`.
  const names = modules.map(({ file }) => moduleName(file).replace(/[^A-Za-z0-9]/g, '[-_]'));
  return renderTemplate('package/modules-initramfs', {
    release,
    ask: !needed,
    names: names.join('|'),
  });
}

async function isBootFile(file: string): Promise<boolean> {
  const { elf } = await readModuleFacts(file, await readFile(file));
  return elf !== undefined && isBootModule(elf);
}
