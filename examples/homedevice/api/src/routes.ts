import { signLivekitToken, verifyLivekitWebhook, verifyTwilioRequest, type TokenRing } from "@keyturn/sdk";
import { ask, member } from "../../shared/ask.ts";
import { fieldsOf, type Answer, type Call, type Route } from "../../shared/serve.ts";
import type { Pairings } from "./pairing.ts";
import type { Provisioner } from "./provisioner.ts";
import type { Settings } from "./settings.ts";

const audience = "devices";
/** a device has no keyboard: it is paired once a year */
const year = 365 * 24 * 60 * 60;
const refused: Answer = { status: 401, body: { error: "not allowed" } };

export interface Parts {
  readonly settings: Settings;
  /** keys of the devices' tokens */
  readonly ring: TokenRing;
  readonly pairings: Pairings;
  readonly provisioner: Provisioner;
}

export function apiRoutes({ settings, ring, pairings, provisioner }: Parts): Readonly<Record<string, Route>> {
  const { livekit, twilioTokens, publicUrl, release } = settings;
  const asDevice = (work: (user: string, call: Call) => Answer | Promise<Answer>) => (call: Call) => {
    const verdict = ring.verify(bearerOf(call), { audience, skew: 30 });
    return verdict.kind === "valid" ? work(verdict.subject, call) : refused;
  };
  let heard = 0;

  return {
    "GET /health": () => ({ status: 200, body: { status: "ok", release, webhooks: heard, crashes: settings.crashes } }),
    "POST /v1/pairings": async (call) => {
      const user = await userOf(settings, bearerOf(call));
      return user === undefined ? refused : { status: 201, body: { code: pairings.begin(user), expiresIn: 600 } };
    },
    "POST /v1/devices": async ({ body }) => {
      const { code } = fieldsOf(body);
      const user = typeof code === "string" ? pairings.end(code) : undefined;
      if (user === undefined) return refused;
      if (!(await provisioner.create(user))) return { status: 503, body: { error: "no agent could be made" } };
      return { status: 201, body: { user, token: ring.sign(user, { lifetime: year, audience }) } };
    },
    "GET /v1/devices/me": asDevice((user) => ({ status: 200, body: { user } })),
    "POST /v1/livekit/token": asDevice((user) => {
      const token = signLivekitToken(livekit.pair, { identity: user, video: { room: user, roomJoin: true } });
      return { status: 200, body: { url: livekit.url, token } };
    }),
    "POST /v1/chat": asDevice(async (user, { body }) => {
      const { text } = fieldsOf(body);
      if (typeof text !== "string") return { status: 400, body: { error: "text is missing" } };
      const reply = await provisioner.chat(user, text);
      return reply.status === 200 ? { status: 200, body: reply.body } : { status: 503, body: whyOf(reply.body) };
    }),
    "POST /v1/livekit/webhook": ({ headers, body }) => {
      const verdict = verifyLivekitWebhook([livekit.pair], { authorization: headers["authorization"], body });
      if (verdict.kind === "refused") return refused;
      heard += 1;
      return { status: 200 };
    },
    "POST /v1/twilio/webhook": ({ headers, body, path }) => {
      const signature = headers["x-twilio-signature"];
      const match = verifyTwilioRequest(twilioTokens, { url: publicUrl + path, signature, body });
      if (match.kind === "refused") return refused;
      heard += 1;
      return { status: 200, type: "text/xml", body: "<Response/>" };
    },
  };
}

/** Supabase says who is logged in. */
async function userOf({ supabase: { url, key } }: Settings, token: string): Promise<string | undefined> {
  const headers = { apikey: key, authorization: `Bearer ${token}` };
  const { status, body } = await ask(`${url}/auth/v1/user`, { method: "GET", headers });
  const id = member(body, "id");
  return status === 200 && typeof id === "string" ? id : undefined;
}

/** The agent's own word for it, which holds nothing secret; anything else stays inside. */
function whyOf(body: unknown): { readonly error: string } {
  const why = member(body, "error");
  return { error: typeof why === "string" && /^[a-z-]{1,40}$/.test(why) ? why : "the agent does not answer" };
}

function bearerOf({ headers }: Call): string {
  return /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
}
