/**
 * Whether installing modules makes the initramfs of their kernel anew (reference: prebuilt modules
 * B.7): never, always, or where a module belongs to it.
 */
export const INITRAMFS_CHOICES = ['never', 'auto', 'always'] as const;
export type InitramfsChoice = (typeof INITRAMFS_CHOICES)[number];
