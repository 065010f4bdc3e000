import { randomBytes } from "node:crypto";
import { start, type Running, type Values } from "../platform.ts";

/** A value for each secret of the platform, new at each call. */
export function secrets(): Values {
  const secret = () => randomBytes(24).toString("base64url");
  const names = ["JWT_SECRET", "PROVISIONER_INTERNAL_TOKEN", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"];
  const keys = ["SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "TWILIO_AUTH_TOKEN"];
  const vendors = ["OPENAI_API_KEY", "GROQ_API_KEY", "ANTHROPIC_API_KEY", "DEEPGRAM_API_KEY", "ELEVENLABS_API_KEY"];
  return {
    ...Object.fromEntries([...names, ...keys, ...vendors].map((name) => [name, secret()])),
    SUPABASE_DB_URL: `postgresql://homedevice:${secret()}@127.0.0.1:9/postgres`,
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    HOST: "127.0.0.1",
    LOG_LEVEL: "debug",
  };
}

export function startStandIn(): Promise<Running> {
  return startService("stand-in", {});
}

export function startService(name: "api" | "agent" | "stand-in", values: Values): Promise<Running> {
  const listenOn = (port: number) => ({ PORT: String(port) });
  return start({ main: `homedevice/${name}/src/main.ts`, health: "/health", values, listenOn });
}

/** What makes the agent of one user answer with this model. */
export function agentValues(standIn: string, values: Values): Values {
  return {
    ...values,
    AGENT_USER: "alice",
    OPENAI_BASE_URL: `${standIn}/openai/v1`,
    GROQ_BASE_URL: `${standIn}/groq/openai/v1`,
    ANTHROPIC_BASE_URL: `${standIn}/anthropic`,
  };
}
