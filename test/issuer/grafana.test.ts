import { describe, expect, test } from "vitest";
import { AppError, Sensitive } from "#kernel";
import { issuerFor, type Intent, type Issuer } from "#issuer";
import { openGrafana, type GrafanaForTest } from "./grafana-server.ts";
import { means } from "./means.ts";

const first = "the-password-that-was-first";
const draft = "apasswordthatwasmadeforthis";

const own = ({ url }: GrafanaForTest): string => url;
const byRoot = ({ url }: GrafanaForTest): string => url.replace("//", "//root:the-password-of-root@");

function issuerOf(admin: string, user = "admin"): Issuer {
  const entry = { kind: "grafana", user, admin: "GRAFANA_URL" } as const;
  return issuerFor(entry, { ...means, value: async () => Sensitive.of(admin) });
}

const intent: Intent = {
  id: "rot_1",
  name: "GRAFANA_ADMIN_PASSWORD",
  present: Sensitive.of(first),
  draft: Sensitive.of(draft),
  compromised: false,
};

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error("it did not fail");
  for (const value of [first, draft, "the-password-of-root"])
    expect(JSON.stringify([error.message, error.hint, error.findings])).not.toContain(value);
  return error;
}

describe.each([
  ["the user's own login", own],
  ["an administrator's login", byRoot],
  ["the user's own login of before", ({ url }: GrafanaForTest) => url.replace("//", `//admin:${first}@`)],
])("a user of Grafana, with %s", (_, adminOf) => {
  test("has another password, and the one before again, each time it is tried again as well", async () => {
    const grafana = await openGrafana();
    const issuer = issuerOf(adminOf(grafana));
    for (const _again of [1, 2]) {
      const { value, notices } = await issuer.make(intent);
      expect([grafana.passwords.get("admin"), notices]).toEqual([value.reveal().toString(), []]);
      expect(value.reveal().toString()).toContain(draft);
    }
    await issuer.revoke(intent, "old");
    for (const _again of [1, 2]) await issuer.revoke(intent, "new");
    expect(grafana.passwords.get("admin")).toBe(first);
  });

  test("has one of the two where an answer is lost, and the same intent ends it either way", async () => {
    const grafana = await openGrafana();
    const issuer = issuerOf(adminOf(grafana));
    grafana.trouble = { on: "PUT" };
    expect((await failureOf(issuer.make(intent))).code).toBe("ISSUER_UNREACHABLE");
    expect(grafana.passwords.get("admin")).not.toBe(first);
    grafana.trouble = undefined;
    await issuer.revoke(intent, "new");
    expect(grafana.passwords.get("admin")).toBe(first);
    const { value } = await issuer.make(intent);
    expect(grafana.passwords.get("admin")).toBe(value.reveal().toString());
  });

  test.each([
    [429, "ISSUER_UNREACHABLE"],
    [502, "ISSUER_UNREACHABLE"],
    [400, "ISSUER_REFUSED"],
    [412, "ISSUER_REFUSED"],
  ])("%i for its password is told without it", async (status, code) => {
    const grafana = await openGrafana();
    grafana.trouble = { on: "PUT", status };
    expect((await failureOf(issuerOf(adminOf(grafana)).make(intent))).code).toBe(code);
    expect(grafana.passwords.get("admin")).toBe(first);
  });
});

describe("nothing changes, and a person is to look,", () => {
  test.each([
    [
      "where the login is refused",
      ({ url }: GrafanaForTest) => url.replace("//", "//root:wrong@"),
      "admin",
      "the login of root",
    ],
    [
      "where the login may not",
      ({ url }: GrafanaForTest) => url.replace("//", "//viewer:a-password@"),
      "admin",
      "(403)",
    ],
    ["where there is no such user", byRoot, "nobody", "no user nobody"],
    ["where the address is none", () => "127.0.0.1:3000", "admin", "is no http or https URL"],
    [
      "where it is not Grafana's",
      ({ url }: GrafanaForTest) => url.replace("/grafana/", "/"),
      "admin",
      "Grafana has no user",
    ],
  ])("%s", async (_, adminOf, user, text) => {
    const grafana = await openGrafana();
    const error = await failureOf(issuerOf(adminOf(grafana), user).make(intent));
    expect([error.code, error.message]).toEqual(["ISSUER_REFUSED", expect.stringContaining(text)]);
    expect(grafana.passwords.get("admin")).toBe(first);
  });

  test("where the address is public, and has no TLS", async () => {
    const error = await failureOf(issuerOf("http://93.184.216.34/").make(intent));
    expect(error).toMatchObject({
      code: "ISSUER_REFUSED",
      message: expect.stringContaining("without encryption") as string,
    });
  });

  test("where it is away, it can be tried again", async () => {
    const error = await failureOf(issuerOf("http://127.0.0.1:9/").make(intent));
    expect(error.code).toBe("ISSUER_UNREACHABLE");
  });
});
