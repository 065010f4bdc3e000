import { z } from "zod";
import { expected, grammar } from "./grammar.ts";
import { from, presents, status, verifies } from "./holder-schema.ts";
import { secretSchema } from "./issuer-schema.ts";

const command = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: expected("a command, as a text or a list") })
  .describe("a command: text that is split at spaces (quotes hold together, no shell), or a list of arguments");

const healthCheck = z.union(
  [
    grammar.url,
    z.strictObject({
      http: grammar.url,
      from: from.optional(),
      timeout: grammar.duration.optional(),
      deadline: grammar.duration.optional(),
      status: status.optional(),
      release: grammar.member.optional().describe("the field of the JSON answer that tells KEYTURN_RELEASE"),
    }),
    z.strictObject({ tcp: grammar.tcp, from: from.optional(), deadline: grammar.duration.optional() }),
    z.strictObject({ command, deadline: grammar.duration.optional() }),
  ],
  { error: expected("a URL, or a check with http, tcp or command") },
);

const prepareCommand = z.union(
  [
    command,
    z.strictObject({
      run: command,
      as: z.enum(["deploy", "service"], { error: expected("deploy or service") }).optional(),
      directory: grammar.absolutePath.optional(),
    }),
  ],
  { error: expected("a command, or run with as and directory") },
);

const drain = z.strictObject({
  signal: grammar.signal.optional(),
  http: grammar.url.optional(),
  idle: z
    .strictObject({
      url: grammar.url,
      field: grammar.member,
      is: z
        .union([z.boolean(), z.int().min(-999_999_999).max(999_999_999), grammar.word], {
          error: expected("a word, a whole number, true or false"),
        })
        .optional()
        .describe("what the field says when it is idle; false, 0, null or idle by default"),
    })
    .optional(),
  limit: grammar.duration,
});

const setting = z.union([z.string(), z.number(), z.boolean()], { error: expected("a text, number or boolean") });

/** One service; an environment may say any part of it again. */
export const serviceSchema = z.strictObject({
  contract: grammar.relativePath.optional().describe("the service's .env.example"),
  runtime: z
    .enum(["systemd", "compose", "docker", "vite", "process"], {
      error: expected("systemd, compose, docker, vite or process"),
    })
    .optional()
    .describe("how it runs"),
  hosts: z.array(grammar.host).min(1).optional().describe("where it runs; the environment's only host by default"),
  order: z
    .int({ error: expected("a whole number") })
    .optional()
    .describe("lower goes first, equal go together; 10 by default"),
  after: z.array(grammar.name).optional().describe("instead of order: services that go before"),
  values: z
    .record(grammar.variable, setting)
    .optional()
    .describe("settings; ${NAME} is another variable of the service"),
  prepare: z.array(prepareCommand).optional().describe("commands on each host before anything changes"),
  health: z.array(healthCheck).optional().describe("checks that an instance must pass; %i is its name"),
  drain: drain.optional().describe("how an instance is emptied before it stops"),
  presents: presents
    .optional()
    .describe("shared secrets that it presents to others: names, or names with what is said below"),
  verifies: verifies.optional().describe("shared secrets that it checks: names, or names with what is said below"),
  instances: z.array(grammar.instance).min(1).optional().describe("names of a template's instances"),
  file: grammar.absolutePath.optional().describe("systemd, compose: the environment file on the host"),
  owner: grammar.user.optional().describe("systemd, compose, vite: who owns what is delivered"),
  group: grammar.user.optional().describe("its group; the owner's name by default"),
  mode: grammar.mode.optional().describe("systemd, compose: mode of the environment file; 600 by default"),
  unit: grammar.unit.optional().describe("systemd: NAME.service, or the template NAME@.service"),
  "unit-file": grammar.relativePath
    .optional()
    .describe("systemd: the unit file in the repository, for `hosts prepare`"),
  project: grammar.absolutePath.optional().describe("compose: folder of the compose file on the host"),
  "compose-file": z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml$/, { error: expected("a file as compose.yaml") })
    .optional()
    .describe("compose: the file in that folder; compose.yaml by default"),
  "compose-service": grammar.composeService
    .optional()
    .describe("compose: the service in that file; the service's name by default"),
  directory: grammar.relativePath.optional().describe("vite, process: folder in the repository"),
  brand: grammar.relativePath
    .optional()
    .describe("vite: committed file of public variables in `directory`, copied to its .env before the build"),
  build: command.optional().describe("vite: the build; `npm run build` by default"),
  output: grammar.innerPath.optional().describe("vite: folder of the bundle in `directory`; dist by default"),
  publish: grammar.absolutePath.optional().describe("vite: folder on the host that holds releases/ and current"),
  command: command
    .optional()
    .describe("process: what is started; node is the Node that runs Keyturn. docker: instead of the image's own"),
  image: grammar.image.optional().describe("docker: what containers are made from; it must be on the host"),
  container: grammar.container
    .optional()
    .describe("docker: the container's name; the service's by default, with the user behind it"),
  port: z
    .int({ error: expected("a port") })
    .min(1)
    .max(65_535)
    .optional()
    .describe("docker: where the container listens. process with per-user: the first user's port. %p in URLs"),
  network: grammar.container.optional().describe("docker: the network it is in; docker's own by default"),
  memory: grammar.memory.optional().describe("docker: the most it may have, as 512m"),
  cpus: z
    .number({ error: expected("a number as 0.5") })
    .min(0.01)
    .max(512)
    .optional()
    .describe("docker: the most it may use, as 0.5"),
  restart: z
    .enum(["no", "on-failure", "always", "unless-stopped"], {
      error: expected("no, on-failure, always or unless-stopped"),
    })
    .optional()
    .describe("docker: when the engine starts it again; unless-stopped by default"),
  volumes: z.array(grammar.volume).optional().describe("docker: name:/path, %u behind the name is the user"),
  stop: grammar.duration.optional().describe("docker: how long it may take to end; 10s by default"),
  exclusive: z
    .boolean({ error: expected("true or false") })
    .optional()
    .describe("docker: the old container stops before the new one starts, since they can't share a port or volume"),
  "per-user": z
    .boolean({ error: expected("true or false") })
    .optional()
    .describe("docker, process: one runtime for each user; `keyturn runtimes` and the API make them"),
  "max-unavailable": z
    .int({ error: expected("a whole number") })
    .min(1)
    .max(100)
    .optional()
    .describe("per-user: how many runtimes change at once; 5 by default"),
  surfaces: z.array(grammar.word).optional().describe("per-user: what users lose while it is down, as voice and chat"),
  "instance-environment": z
    .record(grammar.variable, setting)
    .optional()
    .describe("process: per instance, %i is its name; nothing secret"),
});

export type RawService = z.infer<typeof serviceSchema>;

const host = z.union([z.literal("local"), z.null(), z.strictObject({ address: grammar.address.optional() })], {
  error: expected("local, or an ssh host as {} or { address: user@host }"),
});

const day = z.enum(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], {
  error: expected("sun, mon, tue, wed, thu, fri or sat"),
});

const freezeWindow = z.strictObject({
  days: z.array(day).min(1).optional().describe("every day by default"),
  from: grammar.time,
  until: grammar.time.describe("earlier than `from`: until then on the next day"),
  reason: z.string().min(1).max(200),
});

const source = z.union(
  [
    z.enum(["store", "environment"]),
    z.strictObject({ dotenv: grammar.relativePath }),
    z.strictObject({ files: z.union([grammar.absolutePath, grammar.relativePath]) }),
  ],
  { error: expected("store, environment, { dotenv: FILE } or { files: FOLDER }") },
);

const waves = z.union(
  [
    z.literal("all"),
    z.array(z.union([z.int().min(1), z.literal("rest")], { error: expected("a number of hosts, or rest") })).min(1),
  ],
  { error: expected("all, or a list as [1, rest]") },
);

export const environmentSchema = z.strictObject({
  production: z
    .boolean({ error: expected("true or false") })
    .optional()
    .describe("the recovery drill comes before its first secret"),
  ssh: z.strictObject({ config: grammar.relativePath }).optional().describe("an ssh configuration of its own"),
  hosts: z.record(grammar.host, host).describe("the machines; `local` is this one, without ssh"),
  exclude: z.array(grammar.host).optional().describe("hosts left out for now; they catch up later"),
  sources: z.array(source).min(1).optional().describe("where values are read, first wins; store by default"),
  waves: waves.optional().describe("hosts per wave; [1, rest] by default"),
  soak: grammar.duration.optional().describe("how long a wave is watched after its gate passed; 0s by default"),
  freeze: z.array(freezeWindow).optional().describe("times without rollouts"),
  services: z
    .record(
      grammar.name,
      z.union([z.literal(false), serviceSchema], { error: expected("fields of a service, or false to leave it out") }),
    )
    .optional()
    .describe("what is different here; false leaves a service out"),
  secrets: z
    .record(
      grammar.variable,
      z.union([z.literal(false), secretSchema], {
        error: expected("fields of a secret, or false to say nothing of it"),
      }),
    )
    .optional()
    .describe("what is different here; false says nothing of a secret"),
});

export type RawEnvironment = z.infer<typeof environmentSchema>;

/** The one definition: validates, and makes the JSON Schema. Error texts say what was expected. */
export const manifestDefinition = z.strictObject({
  platform: grammar.name.describe("the platform's name"),
  environments: z.record(grammar.name, environmentSchema).describe("by name, such as local and production"),
  services: z.record(grammar.name, serviceSchema).describe("by name"),
  secrets: z.record(grammar.variable, secretSchema).optional().describe("what is said of a secret, by its name"),
});

export type RawManifest = z.infer<typeof manifestDefinition>;

/** For editors: the same definition as JSON Schema. */
export function manifestSchema(): object {
  const schema = z.toJSONSchema(manifestDefinition, { io: "input" });
  return { ...schema, title: "keyturn.yaml" };
}
