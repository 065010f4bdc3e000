import { expect, test } from "vitest";
import { readServer } from "#store";

const marker = "hunter2-4711";

function refusal(address: string): unknown {
  try {
    return readServer(address);
  } catch (error) {
    return error;
  }
}

test("a server on another machine is verified, one on this machine is reached without TLS, and either can be said", () => {
  expect(readServer("postgres://anna@db.example/keyturn")).toEqual({
    address: "postgres://anna@db.example/keyturn",
    host: "db.example",
    port: 5432,
    user: "anna",
    database: "keyturn",
    tls: { kind: "verified" },
  });
  for (const host of ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"]) {
    expect(readServer(`postgresql://anna@${host}/keyturn`).tls, host).toEqual({ kind: "off" });
  }
  expect(readServer("postgres://a@10.0.0.7/k?sslmode=disable").tls).toEqual({ kind: "off" });
  const named = readServer("postgres://a@localhost:6543/k?sslmode=verify-full&sslrootcert=/etc/ca.pem");
  expect([named.port, named.tls]).toEqual([6543, { kind: "verified", rootCertificate: "/etc/ca.pem" }]);
  expect(readServer("postgres://anna%40ops@%2Frun%2Fpostgresql/k")).toMatchObject({
    user: "anna@ops",
    host: "/run/postgresql",
  });
});

test.each([
  `postgres://anna:${marker}@db.example/keyturn`,
  `postgres://anna:${marker}@/keyturn`,
  `postgres://anna@db.example/keyturn?password=${marker}`,
  `postgres://anna@db.example/keyturn?sslmode=${marker}`,
  `postgres://anna@db.example/keyturn?${marker}=1`,
  `mysql://anna:${marker}@db.example/keyturn`,
  `postgres://anna@db.example/%${marker}`,
  `postgres://db.example/${marker}`,
  `postgres://anna@db.example/?${marker}`,
  `host=db.example password=${marker}`,
])("an address that can't be used is refused, and not repeated: %#", (address) => {
  const error = refusal(address);
  expect(error).toMatchObject({ code: "STORE_ADDRESS" });
  expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain(marker);
});

test.each(["require", "prefer", "allow", "verify-ca", "no-verify"])(
  "sslmode=%s is refused: it looks at too little",
  (mode) => {
    expect(refusal(`postgres://anna@db.example/keyturn?sslmode=${mode}`)).toMatchObject({ code: "STORE_ADDRESS" });
  },
);
