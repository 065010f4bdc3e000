import type { CredentialFormat } from "#leak";
import type { Provider } from "#provider";
import { isInvented, tagOf } from "./invented.ts";

/** What a vendor's own prefix tells. */
export function vendorKeys({ name, sought = [] }: Provider): readonly CredentialFormat[] {
  return sought.map(({ label, anchor, lead, pattern }) => {
    const format = `${name} ${label}`;
    return {
      name: format,
      anchors: [anchor],
      reach: 600,
      read: ({ before, text }) => {
        const start = lead === undefined ? "" : lead.exec(before)?.[0];
        const found = pattern.exec(text)?.[0];
        if (start === undefined || found === undefined) return undefined;
        if (!isApart(before.slice(0, before.length - start.length), text.slice(found.length))) return undefined;
        const value = start + found;
        if (isInvented(value.slice(anchor.length))) return undefined;
        return { lead: start.length, length: found.length, tag: tagOf(format, value) };
      },
    };
  });
}

/** No part of a longer word; an escape of JSON or a URL before it is none. */
export function isApart(before: string, behind: string): boolean {
  return /(?:^|[^\w-]|\\[nrt]|%[0-9A-Fa-f]{2})$/.test(before) && !/^[\w-]/.test(behind);
}
