import { randomBytes } from "node:crypto";
import type { Platform } from "#contract";
import { makeRecord, type HostRequest } from "#host";
import { AppError, type Finding } from "#kernel";
import type { Release } from "#store";
import type { Kept } from "./adoption-keep.ts";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { selectHosts } from "./prepare-hosts.ts";

/** Host by host; a machine that refuses leaves the others adopted, and the command can be run again. */
export async function claimTargets(
  context: Context,
  platform: Platform,
  { id, release, controller, bound }: Kept,
): Promise<void> {
  const failures: Finding[] = [];
  for (const [host, targets] of Map.groupBy(bound, (target) => target.host)) {
    const [entry] = selectHosts(platform, [host]);
    if (entry === undefined) continue;
    const requests = targets.map((target) => claimRequest(target, release));
    const failure = await context
      .connect(entry)
      .perform(controller, requests)
      .then(
        (answers) =>
          answers.flatMap((answer) => (answer.kind === "failed" ? [`${answer.target}: ${answer.detail}`] : [])),
        (error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          return [`${host}: ${error.message}`];
        },
      );
    failures.push(...failure.map((message) => ({ severity: "error" as const, code: "claim-failed", message })));
  }
  const good = failures.length === 0;
  await inEnvironment(context, async (environment, tx) => {
    await environment.rollouts.finish(id, good ? "done" : "failed");
    await environment.releases.setState(release.number, good ? "good" : "failed");
    const hosts = [...new Set(bound.map(({ host }) => host))];
    await record(context, tx, {
      action: good ? "host.adopt" : "host.adopt-failed",
      subject: `r${release.number}`,
      detail: { rollout: id, hosts },
    });
  });
  if (good) return;
  throw new AppError("ROLLOUT_FAILED", "values are stored, but not every target could be taken over", {
    findings: failures,
    hint: "look at what is named, then run the command again: what is done stays done",
  });
}

/** The record holds what the file gives the process today: what a later release would add is not there yet. */
function claimRequest({ address, state, content, target }: Kept["bound"][number], release: Release): HostRequest {
  const there = new Set(state.kind === "read" ? state.variables.map(({ name }) => name) : []);
  const label = release.targets.find((one) => one.target === target)?.label ?? `r${release.number}`;
  return {
    kind: "claim",
    target: address,
    record: makeRecord({
      release: label,
      digest: content.desired.digest,
      salt: randomBytes(16).toString("hex"),
      variables: content.variables.filter(({ name, variable }) => there.has(name) && variable.restart === "restart"),
    }),
  };
}
