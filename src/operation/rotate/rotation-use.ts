import { AppError } from "#kernel";
import { readCallReport, readSecretReport, type CallReport, type ReportResult, type SecretReport } from "#verification";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { withinScope } from "./reach.ts";
import { seatsOf, type Seat } from "./seat.ts";

/** What instances tell of a secret just now, each by its own counts: docs/reports.md. */
export interface RotationUse {
  /** how often each value came */
  readonly verifiers: readonly Told<SecretReport>[];
  /** how calls with it went */
  readonly presenters: readonly Told<CallReport>[];
}

interface Told<Report> {
  /** `fleet@fleet1 2` */
  readonly instance: string;
  readonly report?: Report;
  /** why there is none */
  readonly detail?: string;
}

/** Asks every instance that tells of the rotated secret, once. NOT_FOUND where this environment never had the rotation. */
export async function rotationUse(context: Context, id: string): Promise<RotationUse> {
  demand(context, "viewer");
  const { platform } = await loadDeployed(context);
  const rotation = await readEnvironment(context, ({ rotations }) => rotations.find(id));
  if (rotation === undefined) throw new AppError("NOT_FOUND", `there is no rotation ${id}`);
  const secret = rotation.name;
  const seats = seatsOf(context, withinScope(platform, rotation.scope), secret);
  const [verifiers, presenters] = await Promise.all([
    ask(seats, ({ host, verifying }) => {
      return verifying?.report && readSecretReport({ host, report: verifying.report, secret });
    }),
    ask(seats, ({ host, presenting }) => {
      return presenting?.report && readCallReport({ host, report: presenting.report });
    }),
  ]);
  return { verifiers, presenters };
}

async function ask<Report>(
  seats: readonly Seat[],
  read: (seat: Seat) => Promise<ReportResult<Report>> | undefined,
): Promise<readonly Told<Report>[]> {
  const asked = seats.map(async (seat): Promise<readonly Told<Report>[]> => {
    const told = await read(seat);
    if (told === undefined) return [];
    return [{ instance: seat.name, ...(told.kind === "read" ? { report: told.report } : { detail: told.detail }) }];
  });
  return (await Promise.all(asked)).flat();
}
