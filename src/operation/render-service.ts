import { renderDialect } from "#delivery";
import { dialectNames, type DialectName } from "#dialect";
import { AppError, type Sensitive } from "#kernel";
import type { Context } from "./context.ts";
import { writePrivate } from "./private-file.ts";
import { openService } from "./side-door.ts";

export interface RenderRequest {
  readonly service: string;
  readonly host?: string;
  readonly dialect: string;
  /** path of a 0600 file; otherwise the content is returned */
  readonly output?: string;
  readonly replace: boolean;
}

export interface RenderResult {
  readonly service: string;
  readonly host: string;
  readonly dialect: DialectName;
  readonly names: readonly string[];
  /** absent when it went into a file */
  readonly content?: Sensitive;
  readonly output?: string;
}

/** The file that a consumer wants, proved by that consumer's own grammar. */
export async function renderService(context: Context, request: RenderRequest): Promise<RenderResult> {
  const dialect = parseDialect(request.dialect);
  const { service, output } = request;
  const opened = await openService(context, {
    service,
    action: "value.render",
    detail: { dialect, to: output ?? "standard output" },
    ...(request.host === undefined ? {} : { host: request.host }),
  });
  const content = renderDialect(dialect, opened.variables);
  if (output !== undefined) await writePrivate(output, content, request.replace);
  const names = opened.variables.map(({ name }) => name);
  const result = { service, host: opened.host, dialect, names };
  return output === undefined ? { ...result, content } : { ...result, output };
}

function parseDialect(text: string): DialectName {
  const found = dialectNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new AppError("USAGE", "that is no dialect", { hint: `there are ${dialectNames.join(", ")}` });
}
