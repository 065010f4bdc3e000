/** What is done to one target, in the order of its steps. */
export type Step =
  /** takes away what a killed run left behind */
  | { readonly kind: "sweep" }
  /** `unproved`: what is there failed or was cut short, and is not what a way back leads to */
  | { readonly kind: "file"; readonly unproved?: true }
  /** destroys the release before: its values are retired */
  | { readonly kind: "forget" }
  | { readonly kind: "publish" }
  | {
      readonly kind: "restart";
      readonly instance: string;
      readonly action: "restart" | "reload";
      /** it is emptied first, for that many milliseconds at most */
      readonly drain?: number;
    };
