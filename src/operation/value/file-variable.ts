import { isFileContent, type BoundVariable } from "#binding";
import type { Attachment } from "#delivery";
import { attachmentPath, type TargetAddress } from "#host";
import { AppError, Sensitive } from "#kernel";
import type { Context } from "../context.ts";
import { processFolder } from "../start/process-folder.ts";

/** What an environment gets, and what lies in files of their own beside it. */
export interface Separated {
  /** of a file variable the path, of any other its value */
  readonly variables: readonly BoundVariable[];
  readonly attachments: readonly Attachment[];
}

/** File variables get their path for a value; their content is given apart. */
export function separateFiles(variables: readonly BoundVariable[], pathOf: (name: string) => string): Separated {
  return {
    variables: variables.map((one) => {
      return isFileContent(one) ? { ...one, value: Sensitive.of(pathOf(one.name)), sensitive: false } : one;
    }),
    attachments: variables.filter(isFileContent).map(({ name, value }) => ({ name, content: value })),
  };
}

/** Where a release of a target has the contents of its file variables. */
export function releasePaths(
  { home, environment }: Pick<Context, "home" | "environment">,
  address: TargetAddress,
  release: string,
): (name: string) => string {
  const folder = processFolder(home, environment);
  return (name) => {
    const path = attachmentPath(address, { release, name, folder });
    if (path === undefined) throw new AppError("INTERNAL", `${address.id} has no place for the file of ${name}`);
    return path;
  };
}
