import { first } from "./0001-first.ts";
import { leaseProcess } from "./0002-lease-process.ts";
import { probe } from "./0003-probe.ts";
import { identity } from "./0004-identity.ts";
import { runtime } from "./0005-runtime.ts";
import { passkey } from "./0006-passkey.ts";
import { rotation } from "./0007-rotation.ts";
import { settingIntent } from "./0008-setting-intent.ts";
import { issuance } from "./0009-issuance.ts";
import { finding } from "./0010-finding.ts";
import { pair } from "./0011-pair.ts";
import type { Migration } from "./migrate.ts";

/** In order. A migration that was released is never edited again. */
export const migrations: readonly Migration[] = [
  first,
  leaseProcess,
  probe,
  identity,
  runtime,
  passkey,
  rotation,
  settingIntent,
  issuance,
  finding,
  pair,
];
