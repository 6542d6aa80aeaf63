import { resolve } from 'node:path';
import { parsePerson } from '../../debian/person.ts';
import { InputError, UsageError } from '../../errors.ts';
import { warnOfChangedConfig } from '../../fleet/plan/changed-config.ts';
import { keyringName } from '../../fleet/publish/keyring-package.ts';
import { planHere } from '../../fleet/publish/plan-here.ts';
import { plannedKeys } from '../../fleet/publish/planned-keys.ts';
import { type PublishChoices, publishResults } from '../../fleet/publish/publish-results.ts';
import { type PublishInput, readInput } from '../../fleet/publish/read-input.ts';
import { suiteOf } from '../../fleet/publish/suite-of.ts';
import { verifyIncoming } from '../../fleet/publish/verify-incoming.ts';
import { readCertificate } from '../../fleet/publish/write-keyrings.ts';
import type { MetaKind } from '../../package/modules/package-choices.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type ArchiveSigner, withArchiveSigner } from '../../repository/archive-signer.ts';
import { findKeys, isFingerprint, type TrustedKeys } from '../../repository/public-keys.ts';
import { withRepositoryLock } from '../../repository/repository-lock.ts';
import { DEFAULT_RETENTION } from '../../repository/retention.ts';
import { howToChange } from '../../repository/signing-keys.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { checkPublished } from './check-published.ts';
import { reportPublication, toPublicationDocument } from './describe-publication.ts';

export interface PublishArguments {
  readonly results: readonly string[];
  readonly repo?: string | undefined;
  readonly plan?: string | undefined;
  readonly suite?: string | undefined;
  readonly key: readonly string[];
  readonly passphraseFile?: string | undefined;
  readonly meta?: MetaKind | undefined;
  readonly modalias: boolean;
  readonly certificate?: string | undefined;
  readonly origin?: string | undefined;
  readonly label?: string | undefined;
  readonly url?: string | undefined;
  readonly validFor?: number | undefined;
  readonly generations?: number | undefined;
  readonly check: boolean;
  readonly sources: readonly string[];
  readonly dryRun: boolean;
}

const DAY = 24 * 3600;
const GENERATIONS = 3;
/** `publish` warns if a key expires within this number of days. */
const EXPIRES_SOON = 30;

/**
 * Publishes packages, and prints the paths of new files of the pool. With --check and without results, only checks what
 * is published.
 */
export async function publish(
  args: PublishArguments,
  context: CommandContext,
): Promise<CommandResult> {
  const { reporter } = context;
  const plan = args.plan ?? (await planHere(args, reporter));
  const input = await readInput({ ...args, plan }, reporter);
  if (input.plan !== undefined && input.planFile !== undefined) {
    await warnOfChangedConfig(input.plan, input.planFile, reporter);
  }
  const directory = directoryOf(args, input);
  const planned = plannedKeys(input);
  const keys = args.key.length > 0 ? args.key : planned;
  if (args.check && args.results.length === 0) {
    return {
      exitStatus: 0,
      document: await checkPublished(directory, keys, args.sources, context),
    };
  }
  await verifyIncoming(
    input.packages.map(({ one }) => one),
    reporter,
  );
  // The existing index may be signed by any key of the plan, also by an old or new key whose secret part is not on this
  // machine. So all keys of the plan are trusted for this index.
  const trusted = planned.length > 0 ? await findKeys(planned, directory) : undefined;
  const choice = { keys, passphraseFile: args.passphraseFile, trusted };
  const outcome = await withArchiveSigner(choice, async (signer) => {
    if (trusted !== undefined && !keys.every(isFingerprint)) refuseOtherKeys(signer, trusted);
    warnOfExpiry(signer, reporter);
    const choices = await choicesOf(args, input, directory, signer, reporter);
    const work = () => publishResults(input, signer, choices, reporter);
    return args.dryRun ? work() : withRepositoryLock(directory, work);
  });
  for (const line of reportPublication(outcome, input, reporter, args)) context.print(line);
  const checked = args.check && !args.dryRun;
  const document = {
    ...toPublicationDocument(directory, outcome, args.dryRun),
    ...(checked && (await checkPublished(directory, keys, args.sources, context))),
  };
  return { exitStatus: 0, document };
}

function directoryOf(args: PublishArguments, { plan, planDirectory }: PublishInput): string {
  if (args.repo !== undefined) return resolve(args.repo);
  const path = plan?.repository?.path;
  if (path !== undefined) return resolve(planDirectory ?? '.', path);
  throw new UsageError('the directory of the repository is not named', {
    hint: 'Name the directory with --repo DIR, or name a plan (--plan plan.json) of a dkms-deb.yaml with repository: path:.',
  });
}

async function choicesOf(
  args: PublishArguments,
  { plan }: PublishInput,
  directory: string,
  signer: ArchiveSigner,
  reporter: Reporter,
): Promise<PublishChoices> {
  const planned = plan?.repository ?? {};
  const origin = args.origin ?? planned.origin;
  const days = checkedCount(args.validFor, '--valid-for') ?? daysOf(planned['valid-for']);
  const codenames = (plan?.kernels ?? []).map(({ base }) => [suiteOf(plan, base), base] as const);
  return {
    directory,
    origin: origin ?? 'dkms-deb',
    label: args.label ?? planned.label ?? origin ?? 'dkms-deb',
    codenames: Object.fromEntries(codenames),
    validSeconds: days === undefined ? undefined : days * DAY,
    generations:
      checkedCount(args.generations, '--generations') ?? planned.generations ?? GENERATIONS,
    now: new Date(),
    kind: args.meta ?? plan?.packages.meta,
    modalias: args.modalias || plan?.packages.modalias === true,
    retention: {
      ...DEFAULT_RETENTION,
      days: planned.retention?.days ?? DEFAULT_RETENTION.days,
      newest: planned.retention?.newest ?? DEFAULT_RETENTION.newest,
    },
    keyring: await keyringOf(args, origin, planned.url, signer, reporter),
    dryRun: args.dryRun,
  };
}

async function keyringOf(
  args: PublishArguments,
  origin: string | undefined,
  plannedUrl: string | undefined,
  signer: ArchiveSigner,
  reporter: Reporter,
): Promise<PublishChoices['keyring']> {
  const url = checkedUrl(args.url ?? plannedUrl);
  if (origin === undefined) {
    if (args.certificate !== undefined) {
      throw new UsageError('--certificate needs --origin', {
        hint: 'Give the archive a name, such as --origin Acme; the certificate is then in the package acme-archive-keyring.',
      });
    }
    return undefined;
  }
  if (keyringName(origin) === undefined) {
    reporter.warn(
      `the keyring package was not written: the origin ${JSON.stringify(origin)} has no letter from a to z and no digit, which the name of a package needs`,
      'Choose an origin such as Acme (--origin, or repository.origin in dkms-deb.yaml).',
    );
    return undefined;
  }
  const { fingerprint = '', users = [], isOfFile = false } = signer.keys[0] ?? {};
  const [maintainer] = users.map(parsePerson).filter((person) => person !== undefined);
  if (maintainer === undefined) {
    const command = `gpg --quick-add-uid ${fingerprint} "NAME <MAIL>"`;
    reporter.warn(
      `the keyring package was not written: it needs a maintainer, but no user id of the key ${fingerprint} has the form NAME <MAIL>`,
      `${howToChange('add such a user id', command, isOfFile)} and publish again.`,
    );
    return undefined;
  }
  const { certificate } = args;
  return {
    origin,
    url,
    maintainer,
    certificate: certificate === undefined ? undefined : await readCertificate(certificate),
  };
}

/** Returns the number of days in a text such as `30d`. */
function daysOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/** Returns the address of the archive. Throws UsageError if apt could not read it in the field URIs of a source. */
function checkedUrl(url: string | undefined): string | undefined {
  if (url === undefined || /^[a-z][a-z0-9+.-]*:[!-~]+$/.test(url)) return url;
  throw new UsageError(`${JSON.stringify(url.slice(0, 100))} is not an address for apt`, {
    hint: 'Give a URL without blanks, such as https://packages.example.org/drivers.',
  });
}

function checkedCount(count: number | undefined, option: string): number | undefined {
  if (count === undefined || (Number.isInteger(count) && count > 0 && count < 10_000)) return count;
  throw new UsageError(`${option} needs a whole number from 1 to 9999`, {
    hint: `Give a number, such as ${option} 7.`,
  });
}

/**
 * Throws InputError `key-unexpected` for a key that the plan does not name: machines would refuse the signatures of
 * this key. The name of a key file does not show which key is in the file, so the keys are compared.
 */
function refuseOtherKeys({ keys }: ArchiveSigner, { fingerprints }: TrustedKeys): void {
  for (const { fingerprint } of keys) {
    if (fingerprints.includes(fingerprint)) continue;
    throw new InputError(
      'key-unexpected',
      `the plan does not name the key ${fingerprint}, but ${fingerprints.join(', ')}`,
      {
        hint: `Give the file of the right key, or add ${fingerprint} to repository: keys: in dkms-deb.yaml and plan again.`,
      },
    );
  }
}

function warnOfExpiry({ keys }: ArchiveSigner, reporter: Reporter): void {
  for (const { fingerprint, expires, extend } of keys) {
    if (expires === undefined) continue;
    const days = Math.floor((expires.getTime() - Date.now()) / (DAY * 1000));
    if (days > EXPIRES_SOON) continue;
    reporter.warn(
      `the key ${fingerprint} expires in ${days} days; after that, apt refuses the repository`,
      `${extend} and publish again.`,
    );
  }
}
