export interface Room {
  readonly floor: number;
  /** touches nothing outside, though it stands higher than floor 1 */
  readonly pure?: true;
  readonly imports: readonly string[];
  /** of these only types are known */
  readonly types?: readonly string[];
}

const everything = (
  "kernel contract dialect envelope access audit leak plan binding " +
  "store source provider issuer host corpus delivery verification rollout rotation"
).split(" ");

/** As ARCHITECTURE.md shows it, and what stands above its table. A room that is not in it does not exist. */
export const rooms: Readonly<Record<string, Room>> = {
  kernel: { floor: 0, imports: [] },
  contract: { floor: 1, imports: ["kernel"] },
  dialect: { floor: 1, imports: ["kernel"] },
  envelope: { floor: 1, imports: ["kernel"] },
  access: { floor: 1, imports: ["kernel"] },
  audit: { floor: 1, imports: ["kernel"] },
  leak: { floor: 1, imports: ["kernel"] },
  plan: { floor: 1, imports: ["kernel", "contract"] },
  binding: { floor: 2, pure: true, imports: ["kernel", "contract", "access", "plan"], types: ["store"] },
  store: { floor: 2, imports: ["kernel", "envelope", "audit"] },
  source: { floor: 2, imports: ["kernel", "contract"] },
  provider: { floor: 2, imports: ["kernel", "contract"] },
  host: { floor: 2, imports: ["kernel"] },
  corpus: { floor: 2, imports: ["kernel"] },
  issuer: { floor: 3, imports: ["kernel", "contract", "leak", "provider"] },
  delivery: { floor: 3, imports: ["kernel", "contract", "dialect", "leak", "plan", "host"] },
  verification: { floor: 3, imports: ["kernel", "contract", "host"] },
  rollout: {
    floor: 3,
    imports: ["kernel", "plan", "store", "delivery", "verification"],
    types: ["contract", "host"],
  },
  rotation: {
    floor: 4,
    imports: ["kernel", "contract", "binding", "host", "verification"],
    types: ["store"],
  },
  operation: { floor: 5, imports: everything },
  client: { floor: 6, imports: ["operation", "kernel", "host"], types: everything },
  server: { floor: 6, imports: ["operation", "kernel"], types: everything },
  cli: { floor: 6, imports: ["operation", "kernel"], types: everything },
  // alone knows every room
  compose: { floor: 7, imports: [...everything, "operation", "client", "server"] },
  "main.ts": { floor: 8, imports: ["cli", "kernel", "compose"] },
};

/** Who may look at a value, and how often the word stands there. A new place is read by a second person. */
export const revealing: Readonly<Record<string, number>> = {
  "src/binding/derive.ts": 2,
  "src/binding/key-map.ts": 1,
  "src/binding/sign-token.ts": 1,
  "src/cli/command/render.ts": 2,
  "src/access/bearer.ts": 3,
  "src/access/password-fault.ts": 1,
  "src/access/password.ts": 1,
  "src/cli/command/reveal.ts": 1,
  "src/cli/command/token-create.ts": 1,
  "src/cli/render/identity.ts": 1,
  "src/cli/run-child.ts": 1,
  "src/client/http-wire.ts": 1,
  "src/client/setting.ts": 1,
  "src/client/value.ts": 1,
  "src/compose/platform.ts": 1,
  "src/contract/template.ts": 1,
  "src/contract/value.ts": 1,
  "src/delivery/bundle.ts": 1,
  "src/delivery/render.ts": 3,
  "src/dialect/write.ts": 1,
  "src/envelope/passphrase.ts": 1,
  "src/envelope/recovery.ts": 1,
  "src/envelope/seal.ts": 1,
  "src/host/docker/create-body.ts": 1,
  "src/host/docker/observe.ts": 2,
  "src/host/docker/release.ts": 2,
  "src/host/docker/verify.ts": 1,
  "src/host/fake.ts": 2,
  "src/host/fake/attach.ts": 1,
  "src/host/fake/perform.ts": 1,
  "src/host/fake/search.ts": 1,
  "src/host/fake/target.ts": 1,
  "src/host/process/attach.ts": 1,
  "src/host/process/release.ts": 1,
  "src/host/process/restart.ts": 1,
  "src/host/record.ts": 2,
  "src/host/wire/encode.ts": 3,
  "src/issuer/connection-value.ts": 1,
  "src/leak/kit/kit.ts": 4,
  "src/leak/pattern.ts": 2,
  "src/operation/scan/host/kit-on-host.ts": 1,
  "src/operation/check/short-values.ts": 1,
  "src/operation/scan/kit/chance.ts": 1,
  "src/operation/scan/kit/confirm-candidates.ts": 1,
  "src/operation/rotate/shown.ts": 1,
  "src/operation/value/eject.ts": 1,
  "src/operation/host/found-target.ts": 2,
  "src/operation/value/fit-value.ts": 2,
  "src/operation/value/private-file.ts": 1,
  "src/operation/value/run-service.ts": 1,
  "src/operation/setting/assess.ts": 1,
  "src/operation/setting/list-settings.ts": 1,
  "src/operation/value/set-value.ts": 1,
  "src/provider/credential.ts": 1,
  "src/provider/paste.ts": 1,
  "src/server/one-time.ts": 1,
  "src/server/route/secret.ts": 1,
  "src/server/route/passkey-session.ts": 1,
  "src/server/session.ts": 1,
  "src/server/schedule/webhook.ts": 1,
  "src/store/dialect/node-postgres.ts": 1,
  "src/store/environment.ts": 1,
  "src/store/setting.ts": 1,
  "src/store/value.ts": 1,
  "src/verification/probe-secret.ts": 1,
};

/** Ways in beside the command's: a thread begins with a file of its own, and one leads to what only tests use. */
export const besides: readonly string[] = ["src/host/fake.ts", "src/operation/scan/search-thread.ts"];
