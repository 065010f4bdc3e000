import { afterEach, beforeEach } from "vitest";
import type { Host, HostAnswer, HostRequest, TargetAddress } from "#host";
import type { Sensitive } from "#kernel";
import { controller, fileOf, recordOf, type Variables } from "./fixture.ts";

export interface Subject {
  readonly host: Host;
  /** not delivered to yet; its only instance stays up once it is started */
  readonly target: TargetAddress;
  /** what `stage` carries there; lines where it is left out */
  readonly fileOf?: (variables: Variables) => Sensitive;
  close(): Promise<void> | void;
}

/** A new subject for each test, and what tests ask of it. */
export function useSubject<Kind extends Subject>(open: () => Kind) {
  let opened: Kind | undefined;
  const subject = (): Kind => {
    if (opened === undefined) throw new Error("outside a test");
    return opened;
  };

  beforeEach(() => {
    opened = open();
  });

  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  return {
    subject,
    perform: (requests: readonly HostRequest[]) => subject().host.perform(controller, requests),
    observe: async () => (await subject().host.observe([subject().target]))[0],
    restart: (): HostRequest => ({ kind: "restart", target: subject().target, instance: "", action: "restart" }),
    verify: (): HostRequest => {
      return { kind: "verify", target: subject().target, instance: "", checks: [], deadline: 3000 };
    },
    deliver: (release: string, variables: Variables): HostRequest[] => {
      const all = { ...variables, KEYTURN_RELEASE: release };
      return [
        {
          kind: "stage",
          target: subject().target,
          file: (subject().fileOf ?? fileOf)(all),
          record: recordOf(release, all),
        },
        { kind: "swap", target: subject().target },
      ];
    },
  };
}

export function kinds(answers: readonly HostAnswer[]): readonly string[] {
  return answers.map(({ kind }) => kind);
}
