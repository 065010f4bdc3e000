import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { findProvider, readPasted, slotOf } from "#provider";
import { catalogue } from "../../src/provider/catalogue/catalogue.ts";
import { keys } from "./keys.ts";

function paste(provider: string, text: string, field?: string) {
  const found = findProvider(provider);
  const into = found?.fields.find(({ id }) => id === (field ?? found.fields[0]?.id));
  if (found === undefined || into === undefined) throw new Error(`no ${provider}`);
  return readPasted(Sensitive.of(text), { provider: found, field: into });
}

function taken(provider: string, text: string, field?: string) {
  const pasted = paste(provider, text, field);
  if (pasted.kind !== "taken") throw new Error(pasted.reason);
  return { text: pasted.value.reveal().toString("utf8"), notices: pasted.notices };
}

describe("a pasted key", () => {
  test("of every provider is taken as it is, in the provider's own form", () => {
    expect(Object.keys(keys).toSorted()).toEqual(catalogue.map(({ name }) => name).toSorted());
    for (const [name, key] of Object.entries(keys))
      expect({ name, ...taken(name, key) }).toEqual({ name, text: key, notices: [] });
  });

  test("loses white space and quotes around it, and says so", () => {
    const around = fc.constantFrom("", " ", "\n", "\t ", "\u00a0", "\ufeff");
    const quote = fc.constantFrom("", '"', "'", "`");
    const [openai = ""] = [keys["openai"]];
    fc.assert(
      fc.property(around, quote, around, (before, mark, behind) => {
        const raw = `${before}${mark}${openai}${mark}${behind}`;
        const { text, notices } = taken("openai", raw);
        expect(text).toBe(openai);
        expect(notices).toEqual(raw === openai ? [] : ["white space or quotes around it were taken off"]);
      }),
    );
  });

  test("keeps quotes of which only one is there", () => {
    expect(taken("soniox", `"half`).text).toBe(`"half`);
  });

  test.each(["****", "sk-****1234", "••••••••", "sk-proj-...abcd", "sk-…wxyz", "[redacted]", "xxxx"])(
    "is refused as a mask: %s",
    (mask) => {
      for (const { name } of catalogue) expect(paste(name, mask)).toMatchObject({ kind: "refused", reason: /^a mask/ });
    },
  );

  test.each([
    ["openai", "sk-admin-0123456789abcdef0123", undefined, "an admin key"],
    ["anthropic", "sk-ant-admin01-0123456789", undefined, "an admin key"],
    ["anthropic", "sk-ant-oat01-0123456789", undefined, "login"],
    ["cartesia", "sk_car_admin_0123456789", undefined, "an admin key"],
    ["supabase", "sb_publishable_0123456789abcdef", undefined, "a publishable key"],
    ["supabase", `sbp_${"0a1b".repeat(10)}`, undefined, "management"],
    ["twilio", `SK${"0a1b".repeat(8)}`, undefined, "TWILIO_API_KEY"],
    ["twilio", `AC${"0a1b".repeat(8)}`, undefined, "TWILIO_ACCOUNT_SID"],
    ["twilio", `SK${"0a1b".repeat(8)}`, "account", "not of the account"],
    ["twilio-api-key", `AC${"0a1b".repeat(8)}`, "key", "not of an API key"],
    ["livekit", "APIabcDEF123456", undefined, "LIVEKIT_API_KEY"],
    ["s3", `AKIA${"ABCD2345".repeat(2)}`, undefined, "access key id"],
    ["grafana", "glc_0123456789abcdef", undefined, "Cloud"],
    ["sentry", "sntrys_0123456789abcdef", undefined, "auth token"],
  ])("%s refuses %s", (provider, text, field, reason) => {
    const pasted = paste(provider, text, field);
    expect(pasted).toMatchObject({ kind: "refused" });
    expect(pasted.kind === "refused" ? pasted.reason : "").toContain(reason);
  });

  test("of Supabase's older kind is told by its role, wherever that stands among the claims", () => {
    const jwt = (claims: object) =>
      ["eyJhbGciOiJIUzI1NiJ9", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");
    for (const ref of ["a", "ab", "abc"]) {
      const anon = paste("supabase", jwt({ iss: "supabase", ref, role: "anon", exp: 2_000_000_000 }));
      expect(anon).toMatchObject({ kind: "refused", reason: expect.stringContaining("anon key") });
      const service = jwt({ iss: "supabase", ref, role: "service_role", exp: 2_000_000_000 });
      expect(taken("supabase", service)).toEqual({ text: service, notices: [] });
    }
  });

  test("of one provider is refused in the place of another, which is named, wherever it has a mark", () => {
    for (const owner of catalogue) {
      const key = keys[owner.name] ?? "";
      if (owner.fields[0]?.format?.mark?.test(key) !== true) continue;
      for (const other of catalogue) {
        if (other === owner) continue;
        const pasted = paste(other.name, key);
        expect({ key: owner.name, in: other.name, ...pasted }).toMatchObject({ kind: "refused" });
        expect(pasted.kind === "refused" ? pasted.reason : "").toContain(owner.title);
      }
    }
  });

  test("of a kind that fits nowhere is called that in any other place as well", () => {
    const reasonOf = (text: string) => {
      const pasted = paste("openai", text);
      return pasted.kind === "refused" ? pasted.reason : undefined;
    };
    expect(reasonOf("sb_publishable_0123456789abcdef")).toBe("a publishable key, which is for browsers (Supabase)");
    expect(reasonOf("sk-ant-admin01-0123456789")).toMatch(/^an admin key, .* \(Anthropic\)$/);
    expect(reasonOf(`sb_secret_${"aB3_".repeat(6)}`)).toBe("a secret key of Supabase");
  });

  test("that looks unusual is taken, with a notice that does not repeat it", () => {
    const { notices } = taken("deepgram", "some-new-form-0007");
    expect(notices).toEqual(["it does not look like an API key of Deepgram: 40 small letters and digits"]);
  });
});

describe("a variable", () => {
  const of = (name: string, provider?: string) => {
    const slot = slotOf({ name, ...(provider === undefined ? {} : { provider }) });
    return slot && [slot.provider.name, slot.field.id, slot.affix];
  };

  test("is known by its usual name, and by @provider under another", () => {
    expect(of("DEEPGRAM_API_KEY")).toEqual(["deepgram", "key", "*"]);
    expect(of("VOICE_KEY")).toBeUndefined();
    expect(of("VOICE_KEY", "Deepgram")).toEqual(["deepgram", "key", "VOICE_KEY"]);
    expect(of("GOOGLE_API_KEY", "gemini")).toEqual(["google", "key", "*"]);
    expect(of("DEEPGRAM_API_KEY", "vendor-of-ours")).toBeUndefined();
  });

  test("of a credential with several parts keeps what its name has around the usual one", () => {
    expect(of("BACKUP_TWILIO_AUTH_TOKEN", "twilio")).toEqual(["twilio", "token", "BACKUP_*"]);
    expect(of("TWILIO_ACCOUNT_SID_2", "twilio")).toEqual(["twilio", "account", "*_2"]);
    expect(of("TWILIO_API_KEY_SECRET", "twilio")).toEqual(["twilio-api-key", "secret", "*"]);
    expect(of("PHONE_PASSWORD", "twilio")).toBeUndefined();
  });

  test("has one provider: no usual name stands in the catalogue for two different things", () => {
    const names = catalogue.flatMap(({ fields }) =>
      fields.flatMap((field) => field.names.map((name) => `${name} ${field.label}`)),
    );
    const labels = Map.groupBy(new Set(names), (one) => one.split(" ")[0]);
    expect([...labels.values()].filter((all) => all.length > 1)).toEqual([]);
  });
});
