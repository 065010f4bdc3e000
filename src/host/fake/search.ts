import type { Sensitive } from "#kernel";
import { isInRecord } from "../record.ts";
import type { HostEncoding, HostPlace, HostSearched, HostSearch, SearchedValue } from "../search.ts";
import type { FakeTarget } from "./target.ts";

/** Files that lie there beside the places of targets, by path. */
export type FakeFiles = ReadonlyMap<string, Buffer>;

export function searchFake(
  files: FakeFiles,
  { values }: HostSearch,
  targetOf: (value: SearchedValue) => FakeTarget,
): HostSearched {
  const holding = values.map((value) => heldBytes(targetOf(value), value));
  const held = holding.flatMap((bytes, index) => (bytes === undefined ? [] : [index]));
  const places = [...files].flatMap(([path, content]) =>
    holding.flatMap((bytes, value) => {
      const isFirst = bytes !== undefined && holding.findIndex((one) => one?.equals(bytes)) === value;
      return isFirst ? placesIn({ path, content }, bytes, value) : [];
    }),
  );
  const looked = held.length === 0 ? {} : { files: files.size };
  return { held, places, looked, left: [], cut: false, more: false };
}

function heldBytes(target: FakeTarget, { name, value }: SearchedValue): Buffer | undefined {
  const records = [target.record, target.previous?.record].filter((record) => record !== undefined);
  if (!("release" in value))
    return records.some((record) => isInRecord(record, name, value)) ? bytesOf(value) : undefined;
  const { release } = value;
  return records.some((record) => record.release === release)
    ? target.attachments.get(`${release}/${name}`)
    : undefined;
}

function placesIn(
  { path, content }: { readonly path: string; readonly content: Buffer },
  value: Buffer,
  index: number,
): readonly HostPlace[] {
  const forms: readonly (readonly [HostEncoding, string])[] = [
    ["literal", value.toString("latin1")],
    ["base64", value.toString("base64").slice(0, Math.floor((value.byteLength * 8) / 6))],
    ["hex", value.toString("hex")],
  ];
  const lines = content.toString("latin1").split("\n");
  return forms.flatMap(([encoding, form]): readonly HostPlace[] => {
    const found = lines.flatMap((line, at) => (line.includes(form) ? [at + 1] : []));
    const [line] = found;
    if (line === undefined || value.byteLength < 8) return [];
    return [{ value: index, encoding, count: found.length, where: { kind: "file", path, line } }];
  });
}

function bytesOf(value: Sensitive): Buffer {
  return value.reveal();
}
