import { done, failed, unchanged } from "../answer.ts";
import { attachmentLimit, isAttachmentName } from "../attachment.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import type { FakeRecord, FakeTarget } from "./target.ts";

export function attachFake(target: FakeTarget, request: Extract<HostRequest, { kind: "attach" }>): HostAnswer {
  const { release, name } = request;
  if (request.target.runtime.kind === "site" || !isAttachmentName(request)) {
    return failed(request, "refused", "no file variable can be put there");
  }
  if (request.content.byteLength > attachmentLimit) return failed(request, "refused", "it is too large");
  const content = request.content.reveal();
  const given = [target.record, target.previous?.record].flatMap((record) => {
    return record?.release === release ? [record.attachments?.get(name)] : [];
  });
  if (given.some((one) => one?.equals(content) === false))
    return failed(request, "refused", "another release is there");
  target.attached.push({ release, name, content });
  const path = `${release}/${name}`;
  if (target.attachments.get(path)?.equals(content)) return unchanged(request);
  target.attachments.set(path, content);
  return done(request);
}

/** What came for this release; the next stage begins anew. */
export function takeAttached(target: FakeTarget, release: string): ReadonlyMap<string, Buffer> {
  const found = target.attached.filter((one) => one.release === release);
  target.attached = [];
  return new Map(found.map(({ name, content }) => [name, content]));
}

export function prune(target: FakeTarget): void {
  for (const path of unnamed(target)) target.attachments.delete(path);
}

/** What `sweep` takes away. */
export function hasLeftover(target: FakeTarget): boolean {
  return target.staged !== undefined || unnamed(target).length > 0;
}

/** What lies there and no record names. */
function unnamed(target: FakeTarget): readonly string[] {
  const records = [target.record, target.previous?.record, target.staged?.record];
  const named = records.flatMap((record) => (record === undefined ? [] : pathsOf(record)));
  return [...target.attachments.keys()].filter((path) => !named.includes(path));
}

function pathsOf({ release, attachments = new Map() }: FakeRecord): readonly string[] {
  return [...attachments.keys()].map((name) => `${release}/${name}`);
}
