import type { Finding, Position } from "#kernel";

/** One variable that a service declares in its `.env.example`. Text from the file only: never a stored value. */
export interface Variable {
  readonly name: string;
  readonly position: Position;
  /** the comment above it, without decorators; may be empty */
  readonly description: string;
  /** false for an assignment that is commented out: a documented optional variable */
  readonly active: boolean;
  readonly sensitive: boolean;
  /** how `sensitive` is known: a decorator, or the name and the example value */
  readonly sensitivity: "declared" | "inferred";
  readonly requirement: Requirement;
  readonly type: VariableType;
  /** what applies when no source has a value; a placeholder never becomes one, nor the example of a secret */
  readonly fallback?: Template;
  /** the text right of `=` as the file has it, decoded; a placeholder stays here and nowhere else */
  readonly example: string;
  readonly placeholder: boolean;
  readonly docs?: string;
  readonly where?: string;
  readonly generate?: GenerateRule;
  readonly derive?: DeriveRule;
  readonly provider?: string;
  /** read while building, and so public: `VITE_*` and `@build` */
  readonly build: boolean;
  /** names that the service accepts beside this one during a rotation */
  readonly accepts: readonly string[];
  /** how long what was signed with the value before is taken, milliseconds from the beginning of a rotation */
  readonly overlap?: number;
  /** what the service signs with it and others keep, in words: `tokens of paired devices` */
  readonly signs?: string;
  readonly restart: "none" | "reload" | "restart";
  /** names of decorators that Keyturn has no meaning for */
  readonly unknownDecorators?: readonly string[];
}

export type Requirement =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  | { readonly kind: "if"; readonly name: string; readonly equals: string };

export type VariableType =
  | { readonly kind: "string"; readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string }
  | { readonly kind: "url"; readonly schemes: readonly string[] }
  | { readonly kind: "port" }
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "email" }
  | { readonly kind: "json" }
  | { readonly kind: "pem" }
  | { readonly kind: "base64" }
  | { readonly kind: "hex" }
  /** the value is delivered as a 0600 file, the variable holds its path */
  | { readonly kind: "file" };

/** How Keyturn makes a value by itself. */
export type GenerateRule =
  | { readonly kind: "random"; readonly bytes: number; readonly encoding: "base64url" | "hex" | "base64" }
  | { readonly kind: "password"; readonly length: number }
  | { readonly kind: "uuid" };

/**
 * What follows from something else. One user's runtime gets the user's id, or a key of the user's own from a root secret,
 * which stays where it is: `hkdf` and `hmac` are the sdk's `deriveUserKey` with the platform as its product. `jwt` is a token
 * of these claims that is signed with the root, for any service. `key-map` is a YAML map from the key to its secret, one line,
 * for a server that takes several such pairs at once.
 */
export type DeriveRule =
  | { readonly kind: "user" }
  | {
      readonly kind: "hkdf";
      readonly root: string;
      readonly purpose: string;
      readonly version: number;
      readonly prefix: string;
    }
  | { readonly kind: "hmac"; readonly root: string; readonly encoding: "hex" | "base64url" }
  | {
      readonly kind: "jwt";
      readonly root: string;
      readonly claims: Readonly<Record<string, string>>;
      /** seconds from the making of the root's version */
      readonly lifetime: number;
    }
  /** `root` is the secret of the pair, `key` its other name */
  | { readonly kind: "key-map"; readonly root: string; readonly key: string };

/** Text of contract or manifest with `${NAME}` references. A stored value is bytes and never a template. */
export type Template = readonly TemplatePart[];
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly name: string };

/** A whole `.env.example`. `findings` hold what was malformed; the rest was read all the same. */
export interface Contract {
  readonly file: string;
  readonly variables: readonly Variable[];
  readonly findings: readonly Finding[];
}
