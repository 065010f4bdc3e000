/** One that was read, as a browser does. */
interface ReadEvent {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Reading {
  readonly token: string;
  /** id of the last one that is known already */
  readonly last?: string;
  /** goes away behind this one */
  readonly until?: (data: ReadEvent["data"]) => boolean;
}

/** Reads until `event: end`, or until the server ends the answer. */
export async function readEvents(url: string, { token, last, until }: Reading) {
  const gone = new AbortController();
  const answer = await fetch(url, {
    signal: gone.signal,
    headers: { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { "last-event-id": last }) },
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`events: ${answer.status} ${await answer.text()}`);
  if (answer.headers.get("cache-control") !== "no-store") throw new Error("events may be kept on the way");
  const events: ReadEvent[] = [];
  let text = "";
  let read = 0;
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n", read); end !== -1; end = text.indexOf("\n\n", read)) {
      const fields = fieldsOf(text.slice(read, end));
      read = end + 2;
      if (fields["event"] === "end") return { events, text, ended: true };
      if (fields["data"] === undefined) continue;
      const data = JSON.parse(fields["data"]) as ReadEvent["data"];
      events.push({ id: fields["id"] ?? "", data });
      if (until?.(data) === true) {
        gone.abort();
        return { events, text, ended: false };
      }
    }
  }
  return { events, text, ended: false };
}

function fieldsOf(block: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
}
