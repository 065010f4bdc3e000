import { kitSearchText } from "./helper/helper-text.ts";
import type { Host } from "./host.ts";
import type { HostEncoding, HostPart, HostWhere } from "./search.ts";
import { isEncoding, whereOf } from "./wire/host-place.ts";

/** A scan kit as the program that runs there reads it. */
interface KitWords {
  readonly table: string;
  readonly tags: readonly string[];
  readonly lengths: readonly number[];
  readonly spanKey: string;
}

export interface KitSearch {
  readonly kit: KitWords;
  /** what is walked through, of one file system each */
  readonly folders: readonly string[];
  /** milliseconds */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** What may be a value, and by which digests that is told where the values are. */
export interface HostCandidate {
  readonly spans: readonly string[];
  readonly encoding: HostEncoding;
  readonly where: HostWhere;
}

export interface KitSearched {
  /** `impossible`: the machine has no perl, or one of 32 bits; `failed`: it ended in another way */
  readonly state: "searched" | "cut" | "impossible" | "failed";
  readonly candidates: readonly HostCandidate[];
  readonly looked: Readonly<Partial<Record<HostPart, number>>>;
  /** files and folders that the user may not read */
  readonly unread: number;
}

/**
 * Looks with a kit in what the connecting user may read there, by a program in perl that comes on the way and leaves nothing. It
 * is not root's: whoever makes kits of their own could have a program of root's read any text to them.
 */
export async function searchWithKit(host: Host, { kit, folders, limit, signal }: KitSearch): Promise<KitSearched> {
  const reading = readAnswer();
  const words = [kit.table, kit.tags.join(" "), kit.lengths.join(" "), kit.spanKey, ...folders, "."];
  const ended = await host.run(["nice", "-n", "19", "perl", "-e", kitSearchText()], {
    timeout: limit,
    input: `${words.join("\n")}\n`,
    onLine: reading.take,
    ...(signal === undefined ? {} : { signal }),
  });
  const { isWhole, ...found } = reading.result();
  if (ended.kind === "timeout") return { ...found, state: "cut" };
  if (ended.code === 0 && isWhole) return { ...found, state: "searched" };
  return { ...found, state: [3, 126, 127].includes(ended.code) ? "impossible" : "failed" };
}

/** What does not have the form is passed over: the program's complaints come on the same way. */
function readAnswer() {
  const candidates: HostCandidate[] = [];
  const looked: Partial<Record<HostPart, number>> = {};
  let [unread, isWhole] = [0, false];
  const take = (line: string): void => {
    const [word, ...rest] = line.split(" ");
    if (word === "searched") isWhole = true;
    if (word === "looked") {
      const [part = "", number = "0", more = "0"] = rest;
      if (part === "files" || part === "containers" || part === "journal") looked[part] = Number(number);
      unread += Number(more);
    }
    if (word !== "found" || candidates.length === most) return;
    const [encoding = "", first = "", digests = "", kind = "", ...place] = rest;
    const spans = digests.split(",");
    // the journal's time comes first, and once
    const where = whereOf(kind, first, kind === "journal" ? [first, ...place] : place);
    if (isEncoding(encoding) && where !== undefined && spans.every((span) => /^[0-9a-f]{64}$/.test(span)))
      candidates.push({ spans, encoding, where });
  };
  return { take, result: () => ({ candidates, looked, unread, isWhole }) };
}

const most = 500;
