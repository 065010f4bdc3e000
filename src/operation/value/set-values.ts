import { sameScope } from "#binding";
import { AppError, type Finding, type Sensitive } from "#kernel";
import type { Scope } from "#store";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { fitValue, isFile, refusalText } from "./fit-value.ts";
import { halfNotices } from "./half-notice.ts";
import { putValue } from "./put-value.ts";
import { declarationsFor, hasEdgeSpace, type SetResult } from "./set-value.ts";

interface GivenValue {
  readonly name: string;
  readonly scope: Scope;
  readonly value: Sensitive;
}

export interface SetValuesRequest {
  readonly values: readonly GivenValue[];
  readonly origin: string;
}

/** Several at once: all of them or, where one can't be right, none. VALUES_INVALID tells each, with its name and scope. */
export async function setValues(context: Context, { values, origin }: SetValuesRequest): Promise<readonly SetResult[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  refuseTwice(values);
  const wanted = values.map((given) => {
    const declarations = declarationsFor(platform, { ...given, undeclared: false });
    return { ...given, declarations, fitted: fitValue({ ...given, declarations }) };
  });
  const findings = wanted.flatMap(({ name, scope, fitted }): readonly (Finding & Place)[] => {
    if (fitted.kind === "fits") return [];
    const message = `${name} ${refusalText(name, fitted)}`;
    return [{ severity: "error", code: "invalid", message, name, scope }];
  });
  if (findings.length > 0) {
    const count = findings.length === 1 ? "one value does" : `${findings.length} values do`;
    throw new AppError("VALUES_INVALID", `${count} not fit, nothing was stored`, { findings });
  }
  const given = (scope: Scope): readonly string[] =>
    values.filter((one) => sameScope(one.scope, scope)).map(({ name }) => name);
  return inPlatform(context, platform, async (environment, tx) => {
    const results: SetResult[] = [];
    for (const { name, scope, declarations, fitted } of wanted) {
      if (fitted.kind === "refused") continue;
      const { value, notices } = fitted;
      const request = { name, scope, value, origin, declarations, action: "value.set" };
      const put = await putValue(context, { environment, tx }, request);
      const half = put.kind === "stored" ? halfNotices(platform, name, given(scope)) : [];
      results.push({ ...put, notices: [...notices, ...half], edgeSpace: !isFile(declarations) && hasEdgeSpace(value) });
    }
    return results;
  });
}

type Place = Pick<GivenValue, "name" | "scope">;

function refuseTwice(values: readonly GivenValue[]): void {
  const seen = new Set<string>();
  for (const { name, scope } of values) {
    const key = JSON.stringify([name, scope.service ?? "", scope.host ?? ""]);
    if (seen.has(key)) throw new AppError("REQUEST_INVALID", `${name} is given twice for the same place`);
    seen.add(key);
  }
}
