/**
 * Who signs the package (Policy 5.6.2), as devscripts find it: DEBFULLNAME or NAME, DEBEMAIL or
 * EMAIL, each of which may also be a whole `Name <mail>`; then git's user.name and user.email.
 */
import { isEmail, type Person, parsePerson, wrongName } from '../../debian/person.ts';
import { InputError } from '../../errors.ts';
import type { Environment } from '../../system/process/run-git.ts';
import type { Fact } from '../fact.ts';
import type { GitFacts } from '../git-facts.ts';

/** Stands where nobody could be found; the name is the remedy. */
export const UNKNOWN_MAINTAINER: Person = {
  name: 'FIXME set DEBFULLNAME and DEBEMAIL',
  email: 'fixme@example.invalid',
};

/** Whether it is the one that stands where nobody could be found. */
export function isUnknown({ email }: Person): boolean {
  return email === UNKNOWN_MAINTAINER.email;
}

/**
 * The maintainer, or undefined where name or mail address is told nowhere.
 * InputError `bad-maintainer` where a variable says something that no control file can carry; what
 * git says is only taken where it is usable (a container's user.email is often no address).
 */
export function findMaintainer(
  git: Pick<GitFacts, 'config'>,
  environment: Environment = process.env,
): Fact<Person> | undefined {
  const email = told(environment, ['DEBEMAIL', 'EMAIL'], 'email');
  // NAME alone says little: under WSL it is the computer's. With an address beside it, it is meant.
  const name = told(environment, email ? ['DEBFULLNAME', 'NAME'] : ['DEBFULLNAME'], 'name');
  // `DEBEMAIL="Jane Doe <jane@example.org>"` names the person, too.
  const nameInEmail = email?.person?.name ? { ...email, value: email.person.name } : undefined;
  const usableName =
    name ?? nameInEmail ?? fromGit(git, 'user.name', (text) => wrongName(text) === undefined);
  const usableEmail = email ?? fromGit(git, 'user.email', isEmail);
  if (usableName === undefined || usableEmail === undefined) return undefined;
  return {
    value: { name: usableName.value, email: usableEmail.value },
    from: [...new Set([usableName.from, usableEmail.from])].join(', '),
  };
}

/**
 * The maintainer that a control file names already: a colleague or a CI job that runs init again does
 * not take the package over. undefined for none, and for what stands where nobody was found.
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
    throw refused(variable, value, 'is no mail address');
  }
  const wrong = wrongName(value);
  if (wrong !== undefined) throw refused(variable, value, wrong);
  return { value, from: variable };
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
