/** Variables of the caller that gpg needs to find keys and to ask for a pass phrase. */
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

/** Returns the variables for gpg with the user's own keyring; with `home`, for a keyring in that directory. */
export function gpgEnvironment(home?: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return home === undefined ? env : { ...env, GNUPGHOME: home };
}
