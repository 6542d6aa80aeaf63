/**
 * Finds the maintainer of the package (Policy 5.6.2). The variables of devscripts come first: DEBFULLNAME or NAME, and
 * DEBEMAIL or EMAIL, which may also be a whole `Name <mail>`; then the `maintainer` in the configuration of dkms-deb;
 * then user.name and user.email of git.
 */
import { isEmail, type Person, parsePerson, wrongName } from '../../debian/person.ts';
import { InputError } from '../../errors.ts';
import type { Environment } from '../../system/git/run-git.ts';
import type { Fact } from '../fact.ts';
import type { GitFacts } from '../git-facts.ts';

/** The person who is written into fields if no maintainer is known. The name tells the user what to do. */
export const UNKNOWN_MAINTAINER: Person = {
  name: 'FIXME set DEBFULLNAME and DEBEMAIL',
  email: 'fixme@example.invalid',
};

let configured: Fact<Person> | undefined;

/**
 * Sets the maintainer that the configuration of dkms-deb names. findMaintainer uses it if the environment names no
 * maintainer.
 */
export function useConfiguredMaintainer(maintainer: Fact<Person> | undefined): void {
  configured = maintainer;
}

/** Whether a person is UNKNOWN_MAINTAINER. */
export function isUnknown({ email }: Person): boolean {
  return email === UNKNOWN_MAINTAINER.email;
}

/**
 * Finds the maintainer. Returns undefined if the name or the mail address is unknown. Values of git that cannot be used
 * are ignored, because in a container user.email is often not an address. Throws InputError `bad-maintainer` if the
 * value of an environment variable is not a mail address, or is not allowed in a control file.
 */
export function findMaintainer(
  git: Pick<GitFacts, 'config'>,
  environment: Environment = process.env,
): Fact<Person> | undefined {
  const email = told(environment, ['DEBEMAIL', 'EMAIL'], 'email');
  // The variable NAME is used only if a mail address is set as well. Under WSL, NAME is the name of the computer.
  const name = told(environment, email ? ['DEBFULLNAME', 'NAME'] : ['DEBFULLNAME'], 'name');
  // DEBEMAIL may also contain the name: `DEBEMAIL="Jane Doe <jane@example.org>"`.
  const nameInEmail = email?.person?.name ? { ...email, value: email.person.name } : undefined;
  const usableName =
    name ??
    nameInEmail ??
    fromConfiguration('name') ??
    fromGit(git, 'user.name', (text) => wrongName(text) === undefined);
  const usableEmail = email ?? fromConfiguration('email') ?? fromGit(git, 'user.email', isEmail);
  if (usableName === undefined || usableEmail === undefined) return undefined;
  return {
    value: { name: usableName.value, email: usableEmail.value },
    from: [...new Set([usableName.from, usableEmail.from])].join(', '),
  };
}

/**
 * Returns the maintainer in an existing debian/control, so that the maintainer does not change when a colleague or a CI
 * job runs init. Returns undefined if the file names no maintainer, or only UNKNOWN_MAINTAINER.
 */
export function packagedMaintainer(control: string | undefined): Fact<Person> | undefined {
  const field = /^Maintainer:[ \t]*(.+)$/im.exec(control ?? '')?.[1];
  const person = field === undefined ? undefined : parsePerson(field);
  if (person === undefined || isUnknown(person)) return undefined;
  return { value: person, from: 'debian/control' };
}

interface Told extends Fact<string> {
  readonly person?: Person;
}

function told(
  environment: Environment,
  variables: readonly string[],
  part: 'name' | 'email',
): Told | undefined {
  const variable = variables.find((name) => (environment[name] ?? '').trim() !== '');
  if (variable === undefined) return undefined;
  const value = (environment[variable] ?? '').trim();
  if (part === 'email') {
    const person = parsePerson(value);
    if (person !== undefined) return { value: person.email, from: variable, person };
    if (isEmail(value)) return { value, from: variable };
    throw refused(variable, value, 'is not a mail address');
  }
  const wrong = wrongName(value);
  if (wrong !== undefined) throw refused(variable, value, wrong);
  return { value, from: variable };
}

function fromConfiguration(part: 'name' | 'email'): Told | undefined {
  return configured && { value: configured.value[part], from: configured.from };
}

function fromGit(
  git: Pick<GitFacts, 'config'>,
  key: string,
  usable: (text: string) => boolean,
): Told | undefined {
  const value = git.config.get(key)?.trim();
  return value !== undefined && usable(value) ? { value, from: `git config ${key}` } : undefined;
}

function refused(variable: string, value: string, wrong: string): InputError {
  return new InputError(
    'bad-maintainer',
    `${variable}=${JSON.stringify(value.slice(0, 80))} ${wrong}`,
    { hint: 'export DEBFULLNAME="Jane Doe" DEBEMAIL=jane@example.org' },
  );
}
