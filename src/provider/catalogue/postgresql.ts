import type { Provider } from "../provider.ts";
import { loginOf } from "../protocol/login.ts";
import { talkPostgres } from "../protocol/postgres.ts";

export const postgresql: Provider = {
  name: "postgresql",
  aliases: ["postgres"],
  title: "PostgreSQL",
  kind: "infrastructure",
  docs: "https://www.postgresql.org/docs/current/libpq-connect.html",
  fields: [
    {
      id: "uri",
      label: "URI",
      secret: true,
      names: ["DATABASE_URL", "POSTGRES_URL", "POSTGRESQL_URL", "PG_URL", "SUPABASE_DB_URL"],
      format: { shape: "postgresql://USER:PASSWORD@HOST/DATABASE", accepts: /^postgres(?:ql)?:\/\/\S+$/ },
    },
  ],
  probe: {
    kind: "stream",
    uri: "uri",
    shown: "startup, password, up to ReadyForQuery",
    schemes: ["postgres:", "postgresql:"],
    port: 5432,
    security: () => "negotiated",
    talk: (conversation, uri) => {
      const { user = "", password = "", database = user } = loginOf(uri);
      const mode = uri.searchParams.get("sslmode") ?? "prefer";
      return talkPostgres(conversation, { user, password, database, mode });
    },
  },
};
