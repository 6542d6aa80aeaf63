/** Variables of a makefile whose values are plain text. */
export class MakeVariables {
  readonly #values = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /**
   * A text with the variables' values; undefined where one is not known or a function is called. `$@` stays: it is
   * the target's name.
   */
  expand(text: string): string | undefined {
    let known = true;
    const expanded = text
      .replace(/\$\{@\}|\$\(@\)/g, '$@')
      .replace(/\$(?:\(([^()]*)\)|\{([^{}]*)\}|([^@({]|$))/g, (_, round, curly) => {
        const value = this.#values.get(round ?? curly ?? '');
        if (value === undefined) known = false;
        return value ?? '';
      });
    return known && !/\$[({]|`/.test(expanded) ? expanded : undefined;
  }
}
