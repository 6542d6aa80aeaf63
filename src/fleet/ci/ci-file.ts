import { sha256 } from '../../system/files/sha256.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { CiSettings, Publishing } from './ci-settings.ts';
import type { CiSystem } from './ci-systems.ts';
import { jobSteps, needsSsh } from './job-steps.ts';

interface Form {
  /** The characters with which a comment begins. */
  readonly comment: string;
  /** The number of blanks before each line of a shell script. */
  readonly blanks: number;
}

const FORMS: Readonly<Record<CiSystem, Form>> = {
  github: { comment: '#', blanks: 10 },
  gitlab: { comment: '#', blanks: 6 },
  // In a Jenkinsfile the scripts are strings between ''' and need no blanks before their lines.
  jenkins: { comment: '//', blanks: 0 },
};

/**
 * Returns the text of a pipeline's file. Its first line contains a checksum of the other lines. `file` is the path of
 * the file, relative to the top of the git repository. `again` is the command that writes the file again, for a comment
 * in the file.
 */
export function ciFile(
  system: CiSystem,
  settings: CiSettings,
  file: string,
  again: string,
): string {
  const { comment, blanks } = FORMS[system];
  const { publishing, config, image, schedule } = settings;
  const body = renderTemplate(`ci/${system}`, {
    ...jobSteps(settings, blanks),
    config,
    image,
    schedule,
    file,
    again,
    publishes: publishing !== undefined,
    branch: publishing?.branch,
    rsync: publishing?.rsync,
    certificate: publishing?.certificate,
    renews: publishing?.renews ?? false,
    ssh: publishing !== undefined && needsSsh(publishing),
    secrets: publishing === undefined ? [] : secretsOf(publishing),
    credentials: publishing === undefined ? [] : credentialsOf(publishing),
  });
  return `${comment} Written by dkms-deb ci ${system}. sha256 of the lines below: ${sha256(body)}\n${body}`;
}

const SEAL =
  /^(?:#|\/\/) Written by dkms-deb ci [a-z]+\. sha256 of the lines below: ([0-9a-f]{64})$/;

/** Whether the text of a pipeline is still as ciFile wrote it: the checksum in its first line is right. */
export function isUnedited(text: string): boolean {
  const end = text.indexOf('\n');
  const seal = SEAL.exec(text.slice(0, Math.max(end, 0)))?.[1];
  return seal !== undefined && seal === sha256(text.slice(end + 1));
}

/** Returns GitHub's secrets and variables that the publishing job gets. */
function secretsOf(publishing: Publishing): { name: string; from: string }[] {
  const ssh = needsSsh(publishing);
  return [
    { name: 'ARCHIVE_KEY', from: 'secrets' },
    { name: 'ARCHIVE_KEY_PASSPHRASE', from: 'secrets' },
    ...(publishing.certificate === undefined ? [] : [{ name: 'MODULE_KEY', from: 'secrets' }]),
    ...(ssh ? [{ name: 'DEPLOY_KEY', from: 'secrets' }] : []),
    ...(ssh ? [{ name: 'KNOWN_HOSTS', from: 'vars' }] : []),
  ];
}

/** Returns the lines of a Jenkinsfile that bind Jenkins's credentials to variables of the publishing job. */
function credentialsOf(publishing: Publishing): string[] {
  const file = (id: string, variable: string) =>
    `file(credentialsId: 'dkms-deb-${id}', variable: '${variable}')`;
  return [
    file('archive-key', 'ARCHIVE_KEY'),
    ...(publishing.certificate === undefined ? [] : [file('module-key', 'MODULE_KEY')]),
    ...(publishing.branch === undefined
      ? []
      : ["gitUsernamePassword(credentialsId: 'dkms-deb-git')"]),
    ...(needsSsh(publishing) ? [file('deploy-key', 'DEPLOY_KEY')] : []),
    ...(needsSsh(publishing) ? [file('known-hosts', 'KNOWN_HOSTS')] : []),
  ];
}
