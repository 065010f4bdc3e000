import { verifyRequests } from "#delivery";
import { changeHost, gateHost, stoppedAt, uncertain, type HostChange } from "./change-host.ts";
import { checksFor, hostOf } from "./conduct.ts";
import type { Failure, RolloutOutcome } from "./event.ts";
import { gatherAll, type Gathering } from "./gather.ts";
import type { RolloutInput } from "./input.ts";
import { plannedWave } from "./planned-wave.ts";
import { prepareHosts } from "./prepare.ts";
import { isOurs, leaveAsIs, returnHosts } from "./return-hosts.ts";
import { send, troubleText } from "./send.ts";
import { stopHere } from "./stop.ts";
import { wavesOf, type HostShare, type Wave } from "./wave.ts";

/**
 * Prepares every host, then changes them wave by wave; behind each wave its gate. When anything fails, **every** host
 * that has changed goes back, in reverse order; when the operator stops it, all stays as it is. Does not throw once a
 * host may have changed.
 */
export async function rollOut(input: RolloutInput): Promise<RolloutOutcome> {
  const waves = wavesLeft(input);
  input.onEvent({ kind: "begin", waves: waves.map((wave) => plannedWave(input, wave)), soak: input.waves.soak });
  const outcome = await changeAll(input, waves);
  input.onEvent({ kind: "end", outcome: outcome.kind });
  return outcome;
}

/** Numbered as they were when the rollout began, without the targets that are finished. */
function wavesLeft({ deliveries, waves, earlier }: RolloutInput): readonly Wave[] {
  const all = wavesOf(
    deliveries.map(({ plan }) => plan),
    waves,
  );
  if (earlier === undefined) return all;
  return all.flatMap((wave) => {
    const hosts = wave.hosts.flatMap((share) => {
      const left = share.targets.filter(({ target }) => !earlier.finished.has(target));
      return left.length === 0 ? [] : [{ ...share, targets: left }];
    });
    return hosts.length === 0 ? [] : [{ ...wave, hosts }];
  });
}

async function changeAll(input: RolloutInput, waves: readonly Wave[]): Promise<RolloutOutcome> {
  const unprepared = input.earlier?.prepared ? undefined : await prepareHosts(input);
  if (unprepared !== undefined) return { kind: "untouched", failure: unprepared };

  const changed: HostChange[] = [];
  for (const wave of waves) {
    const failure = (await mayGoOn(input, wave)) ?? (await changeWave(input, wave, changed));
    if (failure !== undefined) return endEarly(input, withEarlier(input, changed), failure);
  }
  return { kind: "done" };
}

function withEarlier({ deliveries, earlier }: RolloutInput, changed: readonly HostChange[]): readonly HostChange[] {
  const known = new Set(changed.flatMap(({ changes }) => changes.map(({ delivery }) => delivery.plan.target)));
  const before = deliveries.filter(({ plan }) => earlier?.begun.has(plan.target) && !known.has(plan.target));
  return [...before.map(uncertain), ...changed];
}

async function endEarly(
  input: RolloutInput,
  changed: readonly HostChange[],
  failure: Failure,
): Promise<RolloutOutcome> {
  if (failure.step === "lease" || failure.step === "fence") return leaveAsIs(changed, failure);
  if (!(await isOurs(input))) return leaveAsIs(changed, lostLease(failure.host));
  if (!input.stop?.aborted) return returnHosts(input, changed, failure);
  return changed.length === 0 ? { kind: "untouched", failure } : stopHere(input, failure);
}

async function mayGoOn(input: RolloutInput, wave: Wave): Promise<Failure | undefined> {
  const host = wave.hosts[0]?.host ?? "";
  if (input.stop?.aborted) return stoppedAt(host);
  try {
    if (await input.renew()) return undefined;
  } catch (error) {
    return { host, target: "", step: "store", detail: troubleText(error) };
  }
  return lostLease(host);
}

function lostLease(host: string): Failure {
  return { host, target: "", step: "lease", detail: "the lease was lost: another controller may be at work" };
}

/** All hosts of a wave at once. Every host that may have changed is added to `changed`, also when it failed. */
async function changeWave(input: RolloutInput, wave: Wave, changed: HostChange[]): Promise<Failure | undefined> {
  const hosts = wave.hosts.map(({ name }) => name);
  input.onEvent({ kind: "wave", order: wave.order, number: wave.number, of: wave.of, hosts });
  const results = await changeShares(input, wave.hosts);
  changed.push(...results);
  const failure = worstOf(results.map((one) => one.failure));
  if (failure !== undefined) return failure;
  // without a failure only a stop leaves some waiting: they were not begun
  return results.length < wave.hosts.length ? stoppedAt(results[0]?.host ?? "") : soakWave(input, results);
}

/**
 * Hosts all at once; of what runs for users on one host only so many as may be away, and none more once one has failed
 * or a stop was asked for: those are left out.
 */
async function changeShares(input: RolloutInput, shares: readonly HostShare[]): Promise<readonly HostChange[]> {
  const changes = new Map<HostShare, HostChange>();
  let failed = false;
  const staged = input.waves.together === true ? gatherAll(shares.length) : undefined;
  const byHost = Map.groupBy(shares, ({ name, host }) => (name === host ? name : `of users on ${host}`));
  const lanes = [...byHost.values()].flatMap((own) => {
    const waiting = [...own];
    const work = async (): Promise<void> => {
      for (let share = waiting.shift(); share !== undefined; share = waiting.shift()) {
        if (staged === undefined && (failed || (input.stop?.aborted && share !== own[0]))) return;
        const change = await changeOne(input, share, staged);
        failed ||= change.failure !== undefined;
        changes.set(share, change);
      }
    };
    const atOnce = staged === undefined ? mostAtOnce(input, own) : own.length;
    return Array.from({ length: Math.min(own.length, atOnce) }, work);
  });
  await Promise.all(lanes);
  return shares.flatMap((share) => changes.get(share) ?? []);
}

function mostAtOnce({ services }: RolloutInput, shares: readonly HostShare[]): number {
  const most = shares.flatMap(({ targets }) =>
    targets.flatMap(({ service }) => services.get(service)?.perUser?.maxUnavailable ?? []),
  );
  return Math.max(1, Math.min(...most, shares.length));
}

async function changeOne(input: RolloutInput, share: HostShare, staged?: Gathering): Promise<HostChange> {
  const start = input.clock.monotonic();
  const change = await changeWithoutThrow(input, share, staged);
  const state = change.failure === undefined ? "done" : change.failure.step === "stop" ? "stopped" : "failed";
  input.onEvent({ kind: "host", host: share.name, state, ms: Math.round(input.clock.monotonic() - start) });
  return change;
}

/** A defect on one host must not keep the others from going back. */
async function changeWithoutThrow(input: RolloutInput, share: HostShare, staged?: Gathering): Promise<HostChange> {
  try {
    return await changeHost(input, share, staged);
  } catch (error) {
    await staged?.arrive(false);
    const { host } = share;
    const deliveries = input.deliveries.filter(({ plan }) => share.targets.includes(plan));
    const changes = deliveries.flatMap((delivery) => uncertain(delivery).changes);
    return { host, deliveries, changes, failure: { host, target: "", step: "internal", detail: troubleText(error) } };
  }
}

/** Looks on for a while, and once more at everything that the wave has started. */
async function soakWave(input: RolloutInput, changes: readonly HostChange[]): Promise<Failure | undefined> {
  const { soak } = input.waves;
  if (soak <= 0) return undefined;
  input.onEvent({ kind: "soak", ms: soak });
  try {
    await input.clock.sleep(soak, input.stop);
  } catch {
    return stoppedAt(changes[0]?.host ?? "");
  }
  const failures = await Promise.all(changes.map((change) => lookAgain(input, change)));
  return worstOf(failures);
}

/** One machine that has seen a newer controller speaks for all of them. */
function worstOf(failures: readonly (Failure | undefined)[]): Failure | undefined {
  return failures.find((failure) => failure?.step === "fence") ?? failures.find((failure) => failure !== undefined);
}

async function lookAgain(input: RolloutInput, { host, deliveries }: HostChange): Promise<Failure | undefined> {
  const connection = hostOf(input, host);
  try {
    const { failure } = await send(input, connection, verifyRequests(deliveries, checksFor(input)));
    return failure ?? (await gateHost(input, connection, deliveries));
  } catch (error) {
    return { host, target: "", step: "internal", detail: troubleText(error) };
  }
}
