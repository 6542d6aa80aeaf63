import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Returns the absolute path of the user's configuration: $XDG_CONFIG_HOME/dkms-deb/config.yaml, by default in
 * ~/.config.
 */
export function configPlace(): string {
  return resolve(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'dkms-deb/config.yaml');
}
