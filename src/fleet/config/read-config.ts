import { configSchema, userConfigSchema } from './config-schema.ts';
import { FLEET_CONFIG, type FleetConfig } from './fleet-config.ts';
import { USER_CONFIG, type UserConfig } from './user-config.ts';
import { type ConfigForm, parseYamlConfig, readYamlConfig } from './yaml-config.ts';

const FLEET_FORM: ConfigForm<FleetConfig> = {
  declaration: FLEET_CONFIG,
  schema: configSchema,
  schemaCommand: 'dkms-deb plan --schema',
  example:
    "Write a dkms-deb.yaml; the smallest has two lines: 'drivers: [.]' and 'suites: [trixie]'.",
  guide: 'docs/guides/fleet.md',
};

const USER_FORM: ConfigForm<UserConfig> = {
  declaration: USER_CONFIG,
  schema: userConfigSchema,
  schemaCommand: 'dkms-deb config --schema',
  example: 'Write a config.yaml; see docs/configuration.md.',
  guide: 'docs/configuration.md',
};

/** Reads a dkms-deb.yaml. Throws the errors of readYamlConfig. */
export function readFleetConfig(file: string): Promise<FleetConfig> {
  return readYamlConfig(file, FLEET_FORM);
}

/** Reads a dkms-deb.yaml from its text. `file` is only used in messages. Throws the errors of parseYamlConfig. */
export function parseFleetConfig(text: string, file: string): FleetConfig {
  return parseYamlConfig(text, file, FLEET_FORM);
}

/** Reads the user's config.yaml. Throws the errors of readYamlConfig. */
export function readUserConfig(file: string): Promise<UserConfig> {
  return readYamlConfig(file, USER_FORM);
}
