/** Variables of the caller that gpg needs to find keys and to ask for a passphrase. */
const VARIABLES = [
  'GNUPGHOME',
  'GPG_TTY',
  'TERM',
  'DISPLAY',
  'XAUTHORITY',
  'WAYLAND_DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
] as const;

/**
 * Returns the environment variables for gpg. gpg uses the keyring in the directory `home` if it is given, otherwise the
 * keyring of the user.
 */
export function gpgEnvironment(home?: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return home === undefined ? env : { ...env, GNUPGHOME: home };
}
