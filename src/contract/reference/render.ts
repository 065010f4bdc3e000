import type { Platform } from "../platform.ts";
import { renderReferenceHtml } from "./html.ts";
import { renderReferenceMarkdown } from "./markdown.ts";
import type { ReferencePages } from "./page.ts";
import { describeReference } from "./reference.ts";
import { renderRunbookHtml } from "./runbook-html.ts";
import { renderRunbookMarkdown } from "./runbook-markdown.ts";
import { describeRunbook } from "./runbook.ts";

/** The pages that `keyturn docs` writes of the contracts. */
export function renderReference(platform: Platform): ReferencePages {
  const reference = describeReference(platform);
  return { markdown: renderReferenceMarkdown(reference), html: renderReferenceHtml(reference) };
}

/** The page that it writes for the night: `returnLines` by target. */
export function renderRunbook(platform: Platform, returnLines: ReadonlyMap<string, string>): ReferencePages {
  const runbook = describeRunbook(platform, returnLines);
  return {
    markdown: [{ file: "runbook.md", text: renderRunbookMarkdown(runbook) }],
    html: renderRunbookHtml(runbook),
  };
}
