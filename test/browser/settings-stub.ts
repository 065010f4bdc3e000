import type { Route } from "playwright-core";
import { expect } from "vitest";
import { fieldJudgement, findProvider, maskRules, ownerRules, written } from "#provider";
import { checkAnswer, type Document } from "../server/document.ts";
import { askAt } from "../server/fixture.ts";
import type { Opened } from "./browser.ts";

const minute = 60_000;
const base = "/v1/environments/local";

interface Sent {
  readonly path: string;
  readonly body: unknown;
}

export type Answers = Readonly<Record<string, unknown>>;

/**
 * Answers in the server's place, for many runtimes and providers in every state; each answer is held against the server's own
 * document. Gives what the page sent.
 */
export async function stubSettings({ page, server }: Opened, answers: Answers = {}): Promise<readonly Sent[]> {
  const { body } = await askAt(server.served.address, "/v1/openapi.json", {});
  const document = body as Document;
  const all = new Map(Object.entries({ ...usual(Date.now()), ...answers }));
  for (const [route, body] of all) hold(document, route, body);
  const sent: Sent[] = [];
  await page.route(/\/settings|ro_stub/, async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname.replace(base, "");
    const asked = `${request.method()} ${path}`;
    if (path.startsWith("/admin/") || path.startsWith("/assets/")) return route.fallback();
    if (request.method() !== "GET") sent.push({ path: asked, body: request.postDataJSON() });
    if (path.endsWith("/events")) return end(route);
    expect([...all.keys()]).toContain(asked);
    return route.fulfill({ status: statusOf(asked, all.get(asked)), json: all.get(asked) });
  });
  return sent;
}

function end(route: Route): Promise<void> {
  return route.fulfill({ contentType: "text/event-stream", body: "event: end\ndata: {}\n\n" });
}

function hold(document: Document, route: string, body: unknown): void {
  const [method = "", path = ""] = route.split(" ");
  const status = statusOf(route, body);
  checkAnswer(document, { method, path: `${base}${path}`, status, body, text: JSON.stringify(body) });
}

function statusOf(route: string, body: unknown): number {
  if (typeof body === "object" && body !== null && "error" in body) return 409;
  return /^PUT|\/restore$/.test(route) ? 202 : 200;
}

function usual(now: number): Answers {
  return {
    "GET /settings": view(now),
    "GET /settings/rules": rules(),
    "GET /settings/openai/history": history(now),
    "POST /settings/openai/test": assessment("verified", "it works"),
    "PUT /settings/openai": { revision: 8, check: "verified", rollout: "ro_stub" },
    "POST /settings/openai/restore": { revision: 8, check: "verified", rollout: "ro_stub" },
    "GET /rollouts/ro_stub": rollout(now),
  };
}

export function assessment(outcome: string, meaning: string, problems: readonly object[] = []) {
  const impact = { runtimes: 42, waves: 3, seconds: 118 };
  const state = outcome === "verified" ? "ok" : "unreachable";
  return { outcome, state, meaning, advice: "", notices: [], problems, impact };
}

export function view(now: number) {
  const key = { id: "key", label: "API key", secret: true, optional: false };
  const at = { savedAt: now - 3 * 24 * 60 * minute, actor: "anna", origin: "saved" };
  return {
    revision: 7,
    impact: { runtimes: 42, waves: 3, seconds: 118 },
    providers: [
      {
        provider: "openai",
        title: "OpenAI",
        kind: "LLM",
        docs: "https://platform.openai.com/api-keys",
        fields: [
          { ...key, variable: "OPENAI_API_KEY", shape: "begins with sk-" },
          { id: "base", label: "Base URL", secret: false, optional: true, variable: "OPENAI_BASE_URL" },
        ],
        surfaces: ["voice", "chat"],
        runtimes: 42,
        shadows: ["OPENAI_API_KEY"],
        deadlines: [],
        saved: {
          ...at,
          revision: 7,
          check: "verified",
          fields: [{ id: "key", variable: "OPENAI_API_KEY", fingerprint: "6198475d23d361ae", version: 4 }],
        },
        probe: { state: "ok", meaning: "it works", since: now - 90 * minute, checkedAt: now - 4 * minute },
      },
      {
        provider: "deepgram",
        title: "Deepgram",
        kind: "STT",
        docs: "https://console.deepgram.com",
        fields: [{ ...key, variable: "DEEPGRAM_API_KEY" }],
        surfaces: ["voice"],
        runtimes: 42,
        shadows: [],
        deadlines: [],
        saved: {
          ...at,
          revision: 5,
          check: "verified",
          fields: [{ id: "key", variable: "DEEPGRAM_API_KEY", fingerprint: "f07cb5639233b1f1", version: 2 }],
        },
        probe: {
          state: "exhausted",
          meaning: "the account has no credit left",
          since: now - 12 * minute,
          checkedAt: now - minute,
        },
      },
      {
        provider: "elevenlabs",
        title: "ElevenLabs",
        kind: "TTS",
        docs: "https://elevenlabs.io/app/settings/api-keys",
        fields: [{ ...key, variable: "ELEVENLABS_API_KEY" }],
        surfaces: ["voice"],
        runtimes: 42,
        shadows: [],
        deadlines: [{ deadline: "2026-12-15", message: "the first generation of voices ends" }],
        saved: {
          ...at,
          revision: 6,
          check: "unverified",
          reason: "their API was down, support confirmed the key",
          fields: [{ id: "key", variable: "ELEVENLABS_API_KEY", fingerprint: "26802b726239f2e3", version: 1 }],
        },
        probe: {
          state: "unreachable",
          meaning: "no answer in 10 s",
          since: now - 40 * minute,
          checkedAt: now - minute,
        },
      },
      {
        provider: "twilio",
        title: "Twilio",
        kind: "telephony",
        docs: "https://console.twilio.com",
        fields: [
          { id: "account", label: "Account SID", secret: false, optional: false, variable: "TWILIO_ACCOUNT_SID" },
          { ...key, id: "token", label: "Auth token", variable: "TWILIO_AUTH_TOKEN" },
        ],
        surfaces: ["WhatsApp", "voice"],
        runtimes: 0,
        shadows: [],
        deadlines: [],
      },
    ],
  };
}

/** As the server has them. */
function rules() {
  const providers = ["openai", "deepgram", "elevenlabs", "twilio"].flatMap((name) => findProvider(name) ?? []);
  return {
    first: maskRules.map((one) => written(one)),
    last: ownerRules.map((one) => written(one)),
    providers: providers.map((provider) => ({
      provider: provider.name,
      fields: provider.fields.map((field) => {
        const { rules, habits } = fieldJudgement(provider, field);
        return { id: field.id, rules: rules.map((one) => written(one)), habits: habits.map((one) => written(one)) };
      }),
    })),
  };
}

function history(now: number) {
  const openai = { provider: "openai", readable: true } as const;
  const fields = (version: number, fingerprint: string) => [
    { id: "key", variable: "OPENAI_API_KEY", version, fingerprint },
  ];
  return {
    revisions: [
      {
        ...openai,
        revision: 7,
        at: now - minute,
        actor: "anna",
        origin: "saved",
        check: "verified",
        fields: fields(4, "6198475d23d361ae"),
      },
      {
        ...openai,
        revision: 3,
        at: now - 100 * minute,
        actor: "ben",
        origin: "saved",
        check: "verified",
        fields: fields(3, "0a1b2c3d4e5f6071"),
      },
    ],
  };
}

function rollout(now: number) {
  const names = ["anna", "ben", "cara", "dan", "eve"].map((user) => `agent/${user}@here`);
  const state = (index: number): string => (index === 0 ? "done" : index < 3 ? "working" : "waiting");
  return {
    id: "ro_stub",
    kind: "apply",
    release: 12,
    state: "running",
    actor: "anna",
    startedAt: now - 14_000,
    waves: [
      { number: 1, of: 2, targets: names.slice(0, 1) },
      { number: 2, of: 2, targets: names.slice(1) },
    ],
    targets: names.map((target, index) => ({
      target,
      host: "here",
      state: state(index),
      ...(index === 0 || index >= 3 ? {} : { step: "verify" }),
    })),
  };
}
