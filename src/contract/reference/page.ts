/** One text in both its forms. */
export interface ReferencePages {
  readonly markdown: readonly ReferencePage[];
  /** one page with all of it */
  readonly html: string;
}

export interface ReferencePage {
  readonly file: string;
  readonly text: string;
}
