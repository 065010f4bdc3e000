import type { HostRequest, TargetAddress } from "#host";
import { Sensitive } from "#kernel";
import { recordOf, type Variables } from "../fixture.ts";

/** As the kernel shows a process's environment. */
export function environmentOf(variables: Variables): Sensitive {
  return Sensitive.of(
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\0`)
      .join(""),
  );
}

/** One release for one container, in the order of its kind. */
export function deliver(target: TargetAddress, release: string, variables: Variables = {}): readonly HostRequest[] {
  const all = { ...variables, KEYTURN_RELEASE: release };
  const url = "http://127.0.0.1:8080/health";
  const checks = [
    { kind: "tcp", address: "127.0.0.1", port: 8080 },
    { kind: "http", url, status: 200, timeout: 2000, release: "release" },
  ] as const;
  const by = { kind: "signal", signal: "SIGWINCH" } as const;
  const stage = {
    kind: "stage",
    target,
    file: environmentOf(all),
    record: recordOf(release, all),
  } as const;
  const drain = { kind: "drain", target, instance: "", by, idle: { url, field: "busy" }, limit: 3000 } as const;
  const restart = { kind: "restart", target, instance: "", action: "restart" } as const;
  const verify = { kind: "verify", target, instance: "", checks, deadline: 10_000 } as const;
  const swap = { kind: "swap", target } as const;
  const exclusive = target.runtime.kind === "docker" && target.runtime.exclusive;
  return exclusive ? [stage, drain, swap, restart, verify] : [stage, restart, verify, swap, drain];
}
