import { expect, test } from "vitest";
import { sentryDsn } from "@keyturn/sdk";

test.each([undefined, "", "  ", "off", "OFF"])("%j is off", (text) => {
  expect(sentryDsn(text)).toBeUndefined();
});

test.each([
  "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
  "http://key@127.0.0.1:9000/1",
  "https://key@sentry.example/a/path/7",
])("%s is a DSN", (dsn) => {
  expect(sentryDsn(` ${dsn}\n`)).toBe(dsn);
});

test.each([
  "https://sentry.io/42",
  "https://key:s3cr3tpart@sentry.io/42",
  "https://key@sentry.io/",
  "https://key@sentry.io/project",
  "key@sentry.io/42",
  "https://key@sentry.io/42?x=1",
  "https://key@sentry.io:99999/42",
  "true",
])("%s is neither, and is not repeated", (text) => {
  expect(() => sentryDsn(text)).toThrow(expect.objectContaining({ code: "dsn-malformed" }));
  expect(() => sentryDsn(text)).not.toThrow(text);
});
