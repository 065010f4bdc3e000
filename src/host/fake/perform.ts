import { unreachable } from "#kernel";
import { done, failed, unchanged } from "../answer.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { drainNotes } from "../drain-note.ts";
import { attachFake, hasLeftover, prune, takeAttached } from "./attach.ts";
import { observeFake } from "./observe.ts";
import { instancesOf, start, type FakeContext, type FakeTarget } from "./target.ts";

/** What these leave behind is named by no record any more. */
const pruning: readonly HostRequest["kind"][] = ["swap", "return", "forget", "sweep"];

/** What a program that knows none of them ends at. */
const endingSignals: readonly string[] = ["SIGTERM", "SIGINT", "SIGQUIT"];

/** One request, as the helper would do it. */
export function performFake(
  target: FakeTarget,
  request: HostRequest,
  noted: Map<string, string | undefined>,
  context: FakeContext,
): HostAnswer {
  const answer = performKind(target, request, noted, context);
  if (pruning.includes(request.kind)) prune(target);
  return answer;
}

function performKind(
  target: FakeTarget,
  request: HostRequest,
  noted: Map<string, string | undefined>,
  context: FakeContext,
): HostAnswer {
  const key = (instance: string) => `${request.target.id} ${instance}`;
  const note = () => {
    for (const [instance, { invocation }] of target.instances) noted.set(key(instance), invocation);
  };
  switch (request.kind) {
    case "attach":
      return attachFake(target, request);
    case "stage": {
      const file = request.file.reveal();
      const attachments = takeAttached(target, request.record.release);
      const same = target.record?.release === request.record.release && target.record.digest === request.record.digest;
      const fine = target.file !== undefined && target.file.rewritten !== true && file.equals(target.file.bytes);
      if (same && fine) {
        delete target.staged;
        return unchanged(request);
      }
      target.staged = { bytes: file, record: { ...request.record, content: file, attachments } };
      return done(request);
    }
    case "swap": {
      note();
      if (target.staged === undefined) {
        return target.record === undefined ? failed(request, "failed", "nothing was staged") : unchanged(request);
      }
      if (request.unproved !== true) delete target.previous;
      if (request.unproved !== true && target.file !== undefined) {
        target.previous = {
          bytes: target.file.bytes,
          ...(target.record?.content.equals(target.file.bytes) ? { record: target.record } : {}),
        };
      }
      target.file = { bytes: target.staged.bytes, modifiedAt: context.now() };
      target.record = target.staged.record;
      target.returned = false;
      delete target.staged;
      return done(request);
    }
    case "claim": {
      if (target.file === undefined) return failed(request, "failed", "there is no file to claim");
      target.file = { bytes: target.file.bytes, modifiedAt: target.file.modifiedAt };
      target.record = { ...request.record, content: target.file.bytes };
      // what runs was started with the very file that is claimed now
      for (const state of target.instances.values()) if (state.state === "active") state.given ??= target.record;
      return done(request);
    }
    case "drain": {
      const running = target.instances.get(request.instance);
      if (running?.state !== "active") return unchanged(request);
      if (running.busy === true) return done(request, drainNotes.busy);
      if (request.by.kind === "http" || request.idle !== undefined) return done(request);
      if (!endingSignals.includes(request.by.signal)) return done(request, drainNotes.busy);
      target.instances.set(request.instance, { state: "inactive", startedAt: running.startedAt });
      return done(request);
    }
    case "restart": {
      const old = target.instances.get(request.instance);
      if (old?.state === "missing" || !instancesOf(request.target).includes(request.instance)) {
        return failed(request, "unit-missing", "there is no such unit");
      }
      if (request.action === "reload") {
        noted.set(`${key(request.instance)} reloaded`, "yes");
        if (old !== undefined && old.deaf !== true && target.record !== undefined) old.reports = target.record.release;
      } else {
        noted.set(key(request.instance), old?.invocation);
        start(target, request.instance, context);
      }
      return done(request);
    }
    case "verify": {
      const now = target.instances.get(request.instance);
      if (now?.state !== "active") return failed(request, "died", "the process does not run");
      const asked = request.checks.some((check) => check.kind === "http" && check.release !== undefined);
      if (asked && target.record !== undefined && now.reports !== target.record.release) {
        return failed(request, "unhealthy", `it reports ${now.reports ?? "no release"}`);
      }
      if (noted.has(`${key(request.instance)} reloaded`)) return done(request);
      const before = noted.get(key(request.instance));
      if (before !== undefined && before === now.invocation)
        return failed(request, "not-restarted", "older than the file");
      const seen = observeFake(request.target, target, context).instances.find(
        ({ instance }) => instance === request.instance,
      );
      if (seen?.carries.kind === "recorded" || target.record === undefined) return done(request);
      return failed(request, "environment-differs", "the process has other values");
    }
    case "return": {
      note();
      if (target.previous === undefined) {
        return target.returned ? unchanged(request) : failed(request, "no-previous", "nothing earlier was kept");
      }
      target.file = { bytes: target.previous.bytes, modifiedAt: context.now() };
      delete target.record;
      if (target.previous.record !== undefined) target.record = target.previous.record;
      delete target.previous;
      delete target.staged;
      target.returned = true;
      return done(request);
    }
    case "forget": {
      if (target.previous === undefined) return unchanged(request);
      delete target.previous;
      return done(request);
    }
    case "sweep": {
      if (!hasLeftover(target)) return unchanged(request);
      delete target.staged;
      return done(request);
    }
    case "prepare":
      return done(request);
    case "publish": {
      const id = Buffer.from(request.id);
      const same = target.record?.release === request.record.release && target.record.digest === request.record.digest;
      if (same && target.file !== undefined && id.equals(target.file.bytes)) return unchanged(request);
      delete target.previous;
      if (target.file !== undefined) {
        target.previous = {
          bytes: target.file.bytes,
          ...(target.record === undefined ? {} : { record: target.record }),
        };
      }
      target.file = { bytes: id, modifiedAt: context.now() };
      target.record = { ...request.record, content: id };
      target.returned = false;
      return done(request);
    }
    default:
      return unreachable(request);
  }
}
