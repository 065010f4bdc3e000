import { deriveUserKeys, type UserKeyRule } from "@keyturn/sdk";
import { ask, type Reply } from "../../shared/ask.ts";
import type { Settings } from "./settings.ts";

/** Who makes users' agents, and leads to them. */
export interface Provisioner {
  /** True when the user has an agent from now on; one that is there already stays. */
  create(user: string): Promise<boolean>;
  chat(user: string, text: string): Promise<Reply>;
}

/** As the agent's contract derives it. */
const agentKey: UserKeyRule = { kind: "hkdf", product: "homedevice", purpose: "api-server", version: 1, prefix: "hd_" };

export function openProvisioner({ provisioner: { url, token } }: Settings): Provisioner {
  const runtimes = `${url}/v1/internal/runtimes`;
  const headers = { authorization: `Bearer ${token}` };
  return {
    create: async (user) => {
      const { status } = await ask(runtimes, { method: "POST", headers, body: { user } });
      return [200, 201, 202, 409].includes(status);
    },
    chat: async (user, text) => {
      let reply: Reply = { status: 401, body: undefined };
      // while JWT_SECRET changes, an agent has the key of one of its values
      for (const key of deriveUserKeys(agentKey, "JWT_SECRET", { id: user })) {
        const own = { ...headers, "x-api-server-key": key };
        reply = await ask(`${runtimes}/${encodeURIComponent(user)}/chat`, {
          method: "POST",
          headers: own,
          body: { text },
        });
        if (reply.status !== 401) break;
      }
      return reply;
    },
  };
}
