/** How a value was written where it was found; of two encodings the outer one first. */
export type Encoding =
  | "literal"
  | "line"
  | "base64"
  | "base64url"
  | "hex"
  | "url"
  | "json"
  | "javascript"
  | "shell"
  | "html"
  | "utf16"
  | `base64-of-${"base64" | "base64url" | "utf16" | "json" | "url"}`
  | `url-of-${"base64" | "json"}`
  | `json-of-base64`
  | `html-of-json`;

export interface EncodedForm {
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
}
