import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutPasted } from "#kernel";
import { withoutSpareWords } from "../../src/cli/pasted.ts";

describe("a value that was pasted where a name belongs", () => {
  test("is not repeated, be it a token, an address with a password, or behind an equals sign", () => {
    const words = ["sk-proj-aB3dE5fG7hJ9kL", "NAME=mongodb://u:p@db/x", "0123456789abcdef0123456789abcdef"];
    for (const word of words) {
      const value = word.slice(word.indexOf("=") + 1);
      expect(withoutPasted(`no service is called ${value}, "${value}"`, words)).toBe('no service is called […], "[…]"');
    }
  });

  test("names, paths and hosts are still told", () => {
    const words = ["SONIOX_API_KEY_V2", "/tmp/aB3dE5fG7hJ9kL1mN/backup.age", "voxcore-fleet1-eu-west2", "--home=./x"];
    for (const word of words) expect(withoutPasted(`there is no ${word}`, words)).toBe(`there is no ${word}`);
  });

  test("of an unknown option only its name is left, of spare arguments nothing, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const hint = "\n(Did you mean --json?)";
        expect(withoutSpareWords(`error: unknown option '--value=${value}'${hint}`)).toBe(
          `error: unknown option '--value'${hint}`,
        );
        const many = "error: too many arguments for 'list'. Expected 0 arguments but got 1";
        expect(withoutSpareWords(`${many}: ${value}.\n`)).toBe(`${many}\n`);
      }),
    );
  });
});
