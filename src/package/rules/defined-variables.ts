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
   * Returns a text with variables replaced by their values; undefined if a variable is unknown, if a function is
   * called, or if the text has `$$` or a backquote, which the shell would expand. `$@`, the name of the target, stays
   * as it is.
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
