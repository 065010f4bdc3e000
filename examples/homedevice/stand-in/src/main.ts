// Stands in for every vendor at an address of this machine, for tests and for trying out. It answers as the vendors'
// pages say they do, and takes any key: what becomes of one is in its name.
import { fieldsOf, serve, type Answer, type Call } from "../../shared/serve.ts";
import { moodOf } from "./mood.ts";
import { vendors } from "./vendor.ts";

const port = Number(process.env["PORT"] ?? "7200");

await serve({ host: "127.0.0.1", port }, (address) => (address === "GET /health" ? () => ({ status: 200 }) : answer));

function answer({ headers, body, path }: Call): Answer {
  const [, name = "", rest = ""] = /^\/([a-z]+)(\/[^?]*)/.exec(path) ?? [];
  const vendor = Object.hasOwn(vendors, name) ? vendors[name] : undefined;
  if (vendor?.probe.test(rest) !== true) return { status: 404, body: { error: "the vendor has no such address" } };
  const mood = moodOf(vendor.key(headers));
  const told = vendor.answers[mood] ?? vendor.answers.ok;
  if (told !== vendor.answers.ok) return told;
  if (name === "supabase" && rest.endsWith("/user")) return supabaseUser(headers["authorization"]);
  const does = vendor.does?.[rest];
  return does === undefined ? told : { status: 200, body: does(fieldsOf(body)) };
}

/** Whoever says `user:alice` is logged in as alice. */
function supabaseUser(authorization = ""): Answer {
  const id = /^Bearer user:([\w-]{1,63})$/.exec(authorization)?.[1];
  return id === undefined ? { status: 401, body: { error_code: "bad_jwt" } } : { status: 200, body: { id } };
}
