import { readFile } from "node:fs/promises";
import { openFarHome, type FarHomeOptions, type ServerAddress } from "#client";
import { AppError, Sensitive, systemClock } from "#kernel";
import { readPrivate } from "#store";
import { lineOf, readCredential } from "./credential.ts";
import { given, type Variables, type Where } from "./place.ts";

/** systemd's credential with a service token */
const credential = "keyturn-token";

interface ServerRequest {
  readonly where: Where;
  readonly variables: Variables;
  readonly version: string;
}

/** The home of a server, with the token and the authority that the environment names. */
export async function openServer(
  address: ServerAddress,
  { where, variables, version }: ServerRequest,
): ReturnType<typeof openFarHome> {
  if (given(variables, "KEYTURN_HOME") !== undefined) throw twoHomes();
  const environment = where.environment ?? given(variables, "KEYTURN_ENV");
  const config = given(variables, "KEYTURN_SSH_CONFIG");
  return openFarHome({
    address,
    version,
    clock: systemClock,
    http: () => trustFor(address, variables),
    ssh: { environment: variables, ...(config === undefined ? {} : { config }) },
    ...(environment === undefined ? {} : { environment }),
  });
}

function twoHomes(): AppError {
  return new AppError("USAGE", "KEYTURN_URL and KEYTURN_HOME name two homes", {
    hint: "unset the one that is not meant, or name the folder with --home",
  });
}

async function trustFor({ name }: ServerAddress, variables: Variables): ReturnType<FarHomeOptions["http"]> {
  const token = await findToken(variables);
  if (token === undefined) {
    throw new AppError("LOGIN_NEEDED", `there is no token for ${name}`, {
      hint: "name a 0600 file with a service token in KEYTURN_TOKEN_FILE; `keyturn token create` makes one where the home is",
    });
  }
  const file = given(variables, "KEYTURN_CA_FILE");
  return { token, ...(file === undefined ? {} : { authority: await readAuthority(file) }) };
}

async function findToken(variables: Variables): Promise<Sensitive | undefined> {
  const file = given(variables, "KEYTURN_TOKEN_FILE");
  if (file !== undefined) return lineOf(await readPrivate(file, { what: "token file", code: "FILE_UNREADABLE" }));
  const text = given(variables, "KEYTURN_TOKEN");
  if (text !== undefined) return Sensitive.of(text);
  return readCredential(given(variables, "CREDENTIALS_DIRECTORY"), credential, "FILE_UNREADABLE");
}

function readAuthority(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `KEYTURN_CA_FILE names ${file}, which can't be read`, { cause });
  });
}
