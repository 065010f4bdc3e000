import * as fc from "fast-check";
import { expect, test } from "vitest";
import { repositoryAddress } from "../../src/corpus/repository-address.ts";

test.for([
  ["https://github.com/acme/shop.git", "github.com/acme/shop"],
  ["git@github.com:acme/shop.git", "github.com/acme/shop"],
  ["ssh://git@GitHub.com:22/acme/shop", "github.com/acme/shop"],
  ["ssh://git@git.acme.io:2222/acme/shop.git/", "git.acme.io:2222/acme/shop"],
  ["https://anna:ghp_word@github.com/acme/shop", "github.com/acme/shop"],
  ["https://oauth2:word@gitlab.com/a/b/c.git?private_token=x#y", "gitlab.com/a/b/c"],
  ["gitlab.com:acme/shop", "gitlab.com/acme/shop"],
  ["/srv/git/shop.git", undefined],
  ["../shop", undefined],
  ["file:///srv/git/shop.git", undefined],
  ["", undefined],
])("%s is %s", ([remote = "", address]) => {
  expect(repositoryAddress(remote)).toBe(address);
});

test("nobody's name or password is in an address", () => {
  const word = fc
    .string({ minLength: 6, unit: fc.constantFrom("a", "Z", "q", "7", "0", "k") })
    .map((one) => `Q${one}Q`);
  fc.assert(
    fc.property(word, word, fc.constantFrom("https", "ssh", "git", "http"), (user, password, scheme) => {
      const told = repositoryAddress(`${scheme}://${user}:${password}@host.io/a/b.git?t=${password}#${password}`);
      expect(told).toBe("host.io/a/b");
      expect(repositoryAddress(`${user}@host.io:a/b`)).toBe("host.io/a/b");
    }),
  );
});
