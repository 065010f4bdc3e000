import { describe, expect, test } from "vitest";
import type { HostRequest, HostSearched, SearchedValue } from "#host";
import { Sensitive } from "#kernel";
import { useSubject, type Subject } from "./subject.ts";

export interface SearchSubject extends Subject {
  /** puts a file beside the target's own, or takes it for one that has this path; gives the path as it is told */
  readonly lay: (name: string, content: Buffer) => string;
}

/** What a `Host` promises that looks for values it holds. */
export function searchSuite(name: string, open: () => SearchSubject): void {
  describe(`a search of a host (${name})`, () => {
    const { subject, perform, deliver } = useSubject(open);
    const token = "tok-4f9b2c77d1e84a66";

    const search = (named: string, value: SearchedValue["value"] = Sensitive.of(token)): Promise<HostSearched> =>
      subject().host.search({ values: [{ target: subject().target, name: named, value }], limit: 60_000 });

    test("tells path, line, encoding and how often of a value that the host was given, and nothing of its own file", async () => {
      await perform(deliver("r1", { TOKEN: token }));
      const notes = subject().lay("notes.txt", Buffer.from(`first\nuse ${token} here\nand ${token}\n`));
      const log = subject().lay("app.log", Buffer.from(`x\n${Buffer.from(token).toString("base64")}\n`));
      subject().lay("other.txt", Buffer.from("nothing in here\n"));
      const { places, ...found } = await search("TOKEN");
      expect(places.toSorted((a, b) => (a.encoding < b.encoding ? -1 : 1))).toEqual([
        { value: 0, encoding: "base64", count: 1, where: { kind: "file", path: log, line: 2 } },
        { value: 0, encoding: "literal", count: 2, where: { kind: "file", path: notes, line: 2 } },
      ]);
      expect(found).toMatchObject({ held: [0], looked: { files: 3 }, left: [], cut: false, more: false });
    });

    test("looks for the value before as long as the host keeps it", async () => {
      await perform(deliver("r1", { TOKEN: token }));
      await perform(deliver("r2", { TOKEN: "tok-another-value-now" }));
      subject().lay("old.log", Buffer.from(`${token}\n`));
      expect((await search("TOKEN")).places).toHaveLength(1);
      const forget: HostRequest = { kind: "forget", target: subject().target };
      await perform([forget]);
      expect(await search("TOKEN")).toMatchObject({ held: [], places: [], looked: {} });
    });

    test("looks for no text that it was not given under that name, whoever asks", async () => {
      await perform(deliver("r1", { TOKEN: token }));
      subject().lay("notes.txt", Buffer.from(`PASSWORD=correct horse ${token}\n`));
      for (const guess of ["PASSWORD=correct", token.slice(0, -1), `${token}x`]) {
        expect(await search("TOKEN", Sensitive.of(guess))).toMatchObject({ held: [], places: [] });
      }
      expect(await search("OTHER")).toMatchObject({ held: [], places: [] });
      expect(await search("TOKEN", { release: "r1" })).toMatchObject({ held: [], places: [] });
    });

    test("takes a file variable's content from the host itself", async () => {
      const target = subject().target;
      const content = Sensitive.of("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n");
      await perform([
        { kind: "attach", target, release: "r1", name: "CERT", content },
        ...deliver("r1", { CERT: "/somewhere/r1/CERT" }),
      ]);
      const log = subject().lay("tls.log", Buffer.from(`${content.reveal().toString("hex")}\n`));
      expect(await search("CERT", { release: "r1" })).toMatchObject({
        held: [0],
        places: [{ encoding: "hex", where: { path: log } }],
      });
    });

    test("tells the places of one value once, for the first name that it was asked by", async () => {
      await perform(deliver("r1", { TOKEN: token, SAME: token }));
      subject().lay("notes.txt", Buffer.from(token));
      const values = ["SAME", "TOKEN"].map((named) => {
        return { target: subject().target, name: named, value: Sensitive.of(token) };
      });
      const found = await subject().host.search({ values, limit: 60_000 });
      expect(found).toMatchObject({ held: [0, 1], places: [{ value: 0 }] });
    });

    test("does nothing for an empty list, and may be repeated beside other work", async () => {
      expect(await subject().host.search({ values: [], limit: 1000 })).toMatchObject({ held: [], places: [] });
      await perform(deliver("r1", { TOKEN: token }));
      const both = await Promise.all([search("TOKEN"), search("TOKEN")]);
      expect(both.map(({ held }) => held)).toEqual([[0], [0]]);
      expect(await subject().host.observe([subject().target])).toMatchObject([{ record: { release: "r1" } }]);
    });
  });
}
