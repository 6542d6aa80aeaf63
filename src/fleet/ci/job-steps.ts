import { renderTemplate } from '../../system/text/template.ts';
import type { CiSettings, Publishing } from './ci-settings.ts';

/** The shell commands of a pipeline, the same for every CI system. Each text is '' or consists of whole lines. */
export interface JobSteps {
  readonly installForPlan: string;
  readonly installForRun: string;
  readonly installForPublish: string;
  /** Fetches the published repository to the place where `plan` reads it; '' if no branch keeps the repository. */
  readonly fetch: string;
  readonly plan: string;
  readonly run: string;
  /** Fetches the repository, publishes, and stores the repository; '' if nothing is published. */
  readonly publish: string;
  /** Fetches the whole history of the git repository. Only GitHub needs this step, because it checks out one commit. */
  readonly history: string;
}

/** The packages that every job installs. gpg reads the keys of the repository. */
const COMMON = ['ca-certificates', 'curl', 'git', 'gpg'];
/** Modules of Ubuntu's kernels are compressed with zstd. */
const FOR_RUN = ['zstd'];
const FOR_PUBLISH = ['apt-utils', 'gpg-agent'];

/** Returns the commands of a pipeline. `blanks` is the number of blanks before each line that is not empty. */
export function jobSteps({ config, publishing }: CiSettings, blanks: number): JobSteps {
  const of = (text: string) => indented(text, blanks);
  const step = (name: string, data = {}) => of(renderTemplate(`ci/steps/${name}`, data));
  const install = (own: readonly string[]) =>
    step('install', { packages: [...COMMON, ...own].join(' ') });
  const missing = publishing === undefined ? '' : ` --only-missing=${publishing.readFrom}`;
  return {
    installForPlan: install([]),
    installForRun: install(FOR_RUN),
    installForPublish: install(publishing === undefined ? [] : packagesFor(publishing)),
    fetch: publishing?.branch === undefined ? '' : step('fetch-branch', { ...publishing, config }),
    plan: of(`dkms-deb plan --config ${config}${missing} --explain`),
    run: of('dkms-deb run --task "$TASK"'),
    publish: publishing === undefined ? '' : of(publishSteps(publishing, config)),
    history: step('history'),
  };
}

/** Whether the place for rsync is on another machine. */
export function needsSsh({ rsync }: Publishing): boolean {
  return rsync?.includes(':') ?? false;
}

function packagesFor(publishing: Publishing): string[] {
  return [
    ...FOR_PUBLISH,
    ...(publishing.certificate === undefined ? [] : ['openssl']),
    ...(publishing.rsync === undefined ? [] : ['rsync']),
    ...(needsSsh(publishing) ? ['openssh-client'] : []),
  ];
}

/**
 * Returns the commands of the publishing job as one text, because the parts of the job share variables of the shell.
 */
function publishSteps(publishing: Publishing, config: string): string {
  const { site, branch, rsync, certificate, hasOrigin } = publishing;
  const kind = branch === undefined ? 'rsync' : 'branch';
  const data = { config, site, branch, rsync, ssh: needsSsh(publishing) };
  const parts = [
    renderTemplate(`ci/steps/fetch-${kind}`, data),
    renderTemplate('ci/steps/publish', {
      site,
      certificate,
      places: certificate === undefined ? 'results' : 'results signed',
      keyring: certificate !== undefined && hasOrigin ? ` --certificate ${certificate}` : '',
    }),
    renderTemplate(`ci/steps/store-${kind}`, data),
  ];
  return parts.join('');
}

function indented(text: string, blanks: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(blanks)}${line}`))
    .join('\n');
}
