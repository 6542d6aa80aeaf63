/** A group of pages in the navigation: a row of the README's table below `## More`, whose first cell is the title. */
export interface NavigationGroup {
  readonly title: string;
  readonly links: readonly { readonly text: string; readonly target: string }[];
}

/** Returns the groups that the README lists under `## More`, so that both have the same pages in the same order. */
export function readNavigation(readme: string): NavigationGroup[] {
  const [, more = ''] = /^## More\n([\s\S]*?)(?:^## |(?![\s\S]))/m.exec(readme) ?? [];
  return more
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes(']('))
    .map((line) => {
      const [, title = '', cell = ''] = line.split(/(?<!\\)\|/).map((part) => part.trim());
      const links = [...cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(
        ([, text = '', target = '']) => ({ text: text.replaceAll('`', ''), target }),
      );
      return { title, links };
    });
}
