import { isFileContent } from "#binding";
import { addressOf, renderDialect } from "#delivery";
import { dialectNames, type DialectName } from "#dialect";
import { AppError, type Sensitive } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";
import { releasePaths, separateFiles, type Separated } from "./file-variable.ts";
import { lastReleases } from "../deploy/last-release.ts";
import { writePrivate } from "./private-file.ts";
import { openService, type OpenedService } from "./side-door.ts";

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
  /** file variables: the file that was rendered has their paths, their contents are elsewhere */
  readonly files: readonly { readonly name: string; readonly path: string }[];
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
  const { variables, files } = await atItsPlace(context, opened);
  const content = renderDialect(dialect, variables);
  if (output !== undefined) await writePrivate(output, content, request.replace);
  const names = variables.map(({ name }) => name);
  const result = { service, host: opened.host, dialect, names, files };
  return output === undefined ? { ...result, content } : { ...result, output };
}

/** The paths that the last release has on the host; before the first one, as the first one will have them. */
async function atItsPlace(
  context: Context,
  { service, host, variables }: OpenedService,
): Promise<Pick<Separated, "variables"> & Pick<RenderResult, "files">> {
  if (!variables.some(isFileContent)) return { variables, files: [] };
  const address = addressOf(service, host);
  const last = await inEnvironment(context, (environment) => lastReleases(environment, [address.id]));
  const pathOf = releasePaths(context, address, last.get(address.id)?.target.label ?? "r1");
  const separated = separateFiles(variables, pathOf);
  const files = separated.attachments.map(({ name }) => ({ name, path: pathOf(name) }));
  return { variables: separated.variables, files };
}

function parseDialect(text: string): DialectName {
  const found = dialectNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new AppError("USAGE", "that is no dialect", { hint: `there are ${dialectNames.join(", ")}` });
}
