import { expect, test } from "vitest";
import { covers, hashPassword, isToken, newToken, parseRoles, passwordFault, verifyPassword } from "#access";
import { Sensitive } from "#kernel";

const password = Sensitive.of("quiet otters count copper spoons");
/** of the same password, by argon2id with other parameters: m=8 MiB, t=1, p=1, and a salt of zeros */
const older = "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$t+aJUTmYBGMrcP8L9973V0dgHve5Q2b81yprgHuXE70";

test("a hash is in PHC form with OWASP's parameters, and another one each time", async () => {
  const [one, two] = [await hashPassword(password), await hashPassword(password)];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword(password, one)).toEqual({ matches: true, stale: false });
  expect(await verifyPassword(Sensitive.of("quiet otters count copper spoon"), one)).toEqual({
    matches: false,
    stale: false,
  });
});

test("letters that are composed in another way are the same password", async () => {
  const hash = await hashPassword(Sensitive.of("Caf\u00e9 unter dem alten Turm"));
  expect((await verifyPassword(Sensitive.of("Cafe\u0301 unter dem alten Turm"), hash)).matches).toBe(true);
});

test("a hash of other parameters still opens, and is told to be stale", async () => {
  expect(await verifyPassword(password, older)).toEqual({ matches: true, stale: true });
});

test("no hash, and one that was damaged, match nothing", async () => {
  for (const hash of [undefined, "", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA", older.replace("v=19", "v=16")]) {
    expect(await verifyPassword(password, hash)).toEqual({ matches: false, stale: false });
  }
});

test("short, common, repeated and neighbouring passwords are refused, a few unlikely words are not", () => {
  const refused = [
    "elevenchars",
    "passwordpassword",
    "P@ssw0rd12345",
    "qwertyuiopas",
    "abababababab",
    "zyxwvutsrqponm",
    "Keyturn-anna-1",
  ];
  for (const text of refused) expect(passwordFault(Sensitive.of(text), "anna"), text).toBeDefined();
  for (const text of ["quiet otters count copper", "Zj4-rosten-Feld", "пароль от старой башни"]) {
    expect(passwordFault(Sensitive.of(text), "anna"), text).toBeUndefined();
  }
});

test("a role reaches where it was given, and what stands below it", () => {
  const held = parseRoles("production:operator staging:viewer") ?? [];
  const may = (environment: string, role: "viewer" | "operator" | "admin") => covers(held, { environment, role });
  expect([may("production", "viewer"), may("production", "operator"), may("staging", "viewer")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([may("production", "admin"), may("staging", "operator"), may("*", "viewer"), may("", "viewer")]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  for (const text of [
    "",
    "production",
    "production:owner",
    "production:",
    ":admin",
    "a b:viewer",
    "production:viewer ",
  ]) {
    expect(parseRoles(text), text).toBeUndefined();
  }
});

test("a token carries a checksum, so that an invented one is told without the store", () => {
  const text = newToken().reveal().toString("latin1");
  expect(isToken(Sensitive.of(text))).toBe(true);
  const changed = `${text.slice(0, 20)}${text[20] === "A" ? "B" : "A"}${text.slice(21)}`;
  for (const wrong of [changed, text.slice(0, -1), `${text}0`, text.replace("keyturn_", "keyturn-")]) {
    expect(isToken(Sensitive.of(wrong)), wrong).toBe(false);
  }
});
