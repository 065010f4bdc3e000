import type { Provider } from "../provider.ts";
import { loginOf } from "../protocol/login.ts";
import { talkMongodb } from "../protocol/mongodb.ts";

/** Of several hosts the first is asked. `mongodb+srv` names no host but a record to look up, which is not done here. */
export const mongodb: Provider = {
  name: "mongodb",
  title: "MongoDB",
  kind: "infrastructure",
  docs: "https://www.mongodb.com/docs/manual/reference/connection-string/",
  fields: [
    {
      id: "uri",
      label: "URI",
      secret: true,
      names: ["MONGODB_URI", "MONGO_URI", "MONGODB_URL", "MONGO_URL"],
      format: { shape: "mongodb://… or mongodb+srv://…", accepts: /^mongodb(?:\+srv)?:\/\/\S+$/ },
    },
  ],
  probe: {
    kind: "stream",
    uri: "uri",
    shown: "saslStart, saslContinue (SCRAM)",
    schemes: ["mongodb:"],
    port: 27017,
    security: ({ searchParams }) =>
      searchParams.get("tls") === "true" || searchParams.get("ssl") === "true" ? "tls" : "negotiated",
    talk: (conversation, uri) => {
      const { user = "", password = "", database = "admin" } = loginOf(uri);
      const source = uri.searchParams.get("authSource") ?? database;
      return talkMongodb(conversation, { user, password, source });
    },
  },
};
