/** What a person may take for a command in a message: from the name of a program to the end of the clause. */
const COMMAND = /(?:^|[:>]\s+|\(|\b(?:Run|See|with) )((?:dkms-deb|git|gpg|chmod) [^\n]*)/gm;

/**
 * Returns the commands in the messages of dkms-deb, as a person would select them: up to the end of the line, of the
 * clause (`; `, `, then`), or of the brackets.
 */
export function commandsIn(messages: string): string[] {
  return [...messages.matchAll(COMMAND)].flatMap(([, text = '']) => {
    const [command = ''] = text.split(/; |, then |, so that |, or |\)|(?<=\w)\.(?= |$)/);
    return [command.replace(/ (?:for|or by) .*$/, '').trim()];
  });
}
