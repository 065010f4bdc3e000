/** Text of a contract with `${NAME}` references. A value that was delivered is never read as one. */
export type Template = readonly TemplatePart[];
type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly name: string };

const mark = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]{0,198})\}/g;

/** `${NAME}` is a reference, `$${` the text `${`. Anything else that begins with `${` stays text. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  const endText = () => {
    if (literal !== "") parts.push({ kind: "text", text: literal });
    literal = "";
  };
  for (const { 0: found, 1: name, index } of text.matchAll(mark)) {
    literal += text.slice(at, index);
    at = index + found.length;
    if (name === undefined) literal += "${";
    else {
      endText();
      parts.push({ kind: "reference", name });
    }
  }
  literal += text.slice(at);
  endText();
  return parts;
}
