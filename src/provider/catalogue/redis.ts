import type { Provider } from "../provider.ts";
import { loginOf } from "../protocol/login.ts";
import { talkRedis } from "../protocol/redis.ts";

export const redis: Provider = {
  name: "redis",
  aliases: ["valkey"],
  title: "Redis",
  kind: "infrastructure",
  docs: "https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/",
  fields: [
    {
      id: "uri",
      label: "URI",
      secret: true,
      names: ["REDIS_URL", "REDIS_URI", "VALKEY_URL"],
      format: { shape: "redis://… or rediss://…", accepts: /^(?:rediss?|valkeys?):\/\/\S+$/ },
    },
  ],
  probe: {
    kind: "stream",
    uri: "uri",
    shown: "AUTH, PING",
    schemes: ["redis:", "rediss:", "valkey:", "valkeys:"],
    port: 6379,
    security: ({ protocol }) => (["rediss:", "valkeys:"].includes(protocol) ? "tls" : "clear"),
    talk: (conversation, uri) => talkRedis(conversation, loginOf(uri)),
  },
};
