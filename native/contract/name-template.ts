/** What results are called: a template with words in braces, the same in the studio and in a page that shows it beforehand. */

/** What can stand in braces; a word that is none stays as it is. */
export interface NameValues {
  /** The source's, without extension. */
  name: string;
  preset: string;
  /** Lines of the picture; empty where there is none. */
  height: string;
}

export const fillName = (template: string, values: NameValues): string =>
  template.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key as keyof NameValues] : whole));
