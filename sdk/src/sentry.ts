import { KeyturnError } from "./error.ts";

/**
 * The DSN for `Sentry.init`, or undefined where reporting is off: absent, empty or `off`. Throws a `KeyturnError`
 * (`dsn-malformed`) for anything else that is no `https://KEY@HOST/PROJECT`: Sentry's own packages would go on in silence.
 */
export function sentryDsn(text: string | undefined): string | undefined {
  const dsn = (text ?? "").trim();
  if (dsn === "" || dsn.toLowerCase() === "off") return undefined;
  const form = /^https?:\/\/[A-Za-z0-9]+@[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._-]+)*\/\d+$/;
  if (form.test(dsn) && URL.canParse(dsn)) return dsn;
  throw new KeyturnError("dsn-malformed", "expected a Sentry DSN, https://KEY@HOST/PROJECT, or nothing");
}
