import type { Environment } from "@keyturn/sdk";
import { ask, member, type Reply } from "../../shared/ask.ts";
import type { readings } from "./variables.ts";

/** The language model that an admin chose: what it says to a text, or why it says nothing. */
export interface Model {
  readonly name: string;
  reply(text: string): Promise<{ readonly kind: "said"; readonly text: string } | Silence>;
}

/** Never what the provider wrote: some repeat the key. */
export interface Silence {
  readonly kind: "key-refused" | "out-of-quota" | "unreachable";
}

export function openModel(environment: Environment<typeof readings>): Model {
  const { LLM_PROVIDER: name, LLM_MODEL: model } = environment;
  if (name === "anthropic") return anthropic(environment);
  const [base, key] =
    name === "openai"
      ? [environment.OPENAI_BASE_URL, environment.OPENAI_API_KEY]
      : [environment.GROQ_BASE_URL, environment.GROQ_API_KEY];
  return {
    name,
    reply: async (text) => {
      const answer = await ask(`${base}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}` },
        body: { model, messages: [{ role: "user", content: text }] },
      });
      return said(answer, "choices.0.message.content");
    },
  };
}

function anthropic({
  ANTHROPIC_BASE_URL: base,
  ANTHROPIC_API_KEY: key,
  LLM_MODEL: model,
}: Environment<typeof readings>): Model {
  return {
    name: "anthropic",
    reply: async (text) => {
      const answer = await ask(`${base}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": key ?? "", "anthropic-version": "2023-06-01" },
        body: { model, max_tokens: 500, messages: [{ role: "user", content: text }] },
      });
      return said(answer, "content.0.text");
    },
  };
}

function said({ status, body }: Reply, path: string): Awaited<ReturnType<Model["reply"]>> {
  const text = member(body, path);
  if (status === 200 && typeof text === "string") return { kind: "said", text };
  if (status === 401 || status === 403) return { kind: "key-refused" };
  return { kind: [400, 402, 429].includes(status) ? "out-of-quota" : "unreachable" };
}
