import { AppError } from "#kernel";
import { noneOpen, type ContinueRequest, type ContinueResult, type Home, type RotationPlan } from "#operation";
import { confirmed } from "./confirmed.ts";
import { lookOn } from "./look-on.ts";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";
import type { Listener } from "./teller.ts";
import { contentOf } from "./value.ts";

type Rotates = "continueRotation" | "returnRotation" | "rotateSecret";

/** What gives a secret another value in everything that holds it. A value that was given goes in a body. */
export function rotates(server: Server, list: Pick<Home, "listRotations" | "listUnkept">): Pick<Home, Rotates> {
  const { askHere } = server;
  const endOpen =
    (verb: "continue" | "back") =>
    async ({ name, patience, confirm, ...listener }: ContinueRequest): Promise<ContinueResult> => {
      const open = await openOf(list, name);
      if (!(await confirm(open))) return { kind: "left", name: open.name };
      const body = { wait: seconds(patience) };
      const begun = await askHere<Begun>("POST", `/rotations/${inPath(open.id)}/${verb}`, { body });
      return ended<ContinueResult>(server, begun, { ...listener, name: open.name });
    };
  return {
    continueRotation: endOpen("continue"),
    returnRotation: endOpen("back"),
    rotateSecret: async ({ name, scope, compromised, value, patience, confirm, ...listener }) => {
      const question = { name, ...scope, compromised };
      const result = await confirmed({
        look: () =>
          askHere<Planned>("POST", "/rotations/preview", { body: { ...question, given: value !== undefined } }),
        confirm: ({ plan }) => confirm(plan),
        begin: (expected) => {
          const more = { ...given(value), ...(compromised ? { confirm: name } : {}), wait: seconds(patience) };
          return askHere<Begun>("POST", "/rotations", { body: { ...question, ...more, expected } });
        },
      });
      if (result.kind !== "begun") return { kind: "cancelled", plan: result.shown.plan };
      return ended(server, result.begun, { ...listener, name });
    },
  };
}

interface Begun {
  readonly rotation: string;
  readonly after?: string;
}

interface Planned {
  readonly plan: RotationPlan;
  readonly digest: string;
}

function given(value: Parameters<Home["rotateSecret"]>[0]["value"]) {
  if (value === undefined) return {};
  const { asIs = false, nearby = false, companion } = value;
  const also = companion === undefined ? {} : { companion: contentOf(companion) };
  return { ...contentOf(value.value), ...also, ...(asIs ? { asIs } : {}), ...(nearby ? { nearby } : {}) };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

interface Named {
  readonly id: string;
  readonly name: string;
  /** the other name of a pair */
  readonly companion?: { readonly name: string };
}

/** Of this name, or with this id: a rotation, or what came to none at a system that makes values. */
async function openOf({ listRotations, listUnkept }: Pick<Home, "listRotations" | "listUnkept">, name: string) {
  const isMeant = (one: Named) => one.name === name || one.companion?.name === name || one.id === name;
  const rotations = (await listRotations()).filter(isMeant);
  const open = rotations.find(({ state }) => state === "open");
  if (open !== undefined) return open;
  const settling = rotations.find(({ issuance }) => issuance !== undefined && issuance.state !== "issued")?.issuance;
  const unkept = settling ?? (await listUnkept()).find((one) => isMeant(one) && one.state !== "issued");
  if (unkept !== undefined) return unkept;
  throw noneOpen(name);
}

/** What came of it, as the server told; only one that it carries out tells that. */
async function ended<Result>(
  server: Server,
  { rotation: id, after }: Begun,
  { name, ...listener }: Omit<Listener, "after"> & { readonly name: string },
): Promise<Result> {
  const goOn = `keyturn rotate ${name} --continue`;
  const from = after === undefined ? {} : { after };
  const work = { ...listener, ...from, id, path: `/rotations/${inPath(id)}`, stop: "hold", goOn } as const;
  const result = await lookOn(server, work);
  if (result !== undefined) return result as Result;
  throw new AppError("ROLLOUT_FAILED", `${server.name} did not bring ${id} to an end`, {
    hint: `\`keyturn rotations ${name}\` shows how far it came; where it is open, \`${goOn}\` goes on with it`,
  });
}
