import { createHash, createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Egress } from "#provider";
import { standIn } from "../provider/stand-in.ts";

interface AccessKey {
  readonly id: string;
  readonly secret: string;
  active: boolean;
  /** of its signatures, how many are refused still: it is not known everywhere yet */
  unknownFor: number;
}

export interface IamForTest {
  readonly egress: Egress;
  readonly keys: AccessKey[];
  /** of the user's own keys and of the administrator's */
  readonly orders: readonly string[];
  /** an action with this name: done, and its answer lost, or answered with a status and a code and not done */
  trouble: { readonly on: string; readonly status?: number; readonly code?: string } | undefined;
  /** the user's own keys may sign, and do nothing */
  powerless: boolean;
  /** how often a new key is refused before it is known */
  slowness: number;
}

export const user = "recorder";
export const firstPair = {
  id: ["AKIA", "FIRSTFIRSTFIRST2"].join(""),
  secret: "first/Secret+OfThePair0123456789abcdefgh",
};
export const adminPair = {
  id: ["AKIA", "ADMINADMINADMIN2"].join(""),
  secret: "admin/Secret+OfThePair0123456789abcdefgh",
};
const most = 2;

/** Answers as IAM's query API does: signatures verified, two keys to a user, statuses and XML. */
export async function openIam(): Promise<IamForTest> {
  const orders: string[] = [];
  const { egress, seen } = await standIn((request, response) => {
    answer(iam, orders, { request, body: seen.at(-1)?.body ?? "" }, response);
  });
  const keys = [{ ...firstPair, active: true, unknownFor: 0 }];
  const iam: IamForTest = { egress, keys, orders, trouble: undefined, powerless: false, slowness: 0 };
  return iam;
}

interface Order {
  readonly request: IncomingMessage;
  readonly body: string;
}

function answer(iam: IamForTest, orders: string[], { request, body }: Order, response: ServerResponse): void {
  const asked = new URLSearchParams(body);
  const action = asked.get("Action") ?? "";
  const { trouble } = iam;
  const isTroubled = trouble?.on === action;
  const say = (status: number, xml: string): void => {
    if (isTroubled) return void request.socket.destroy();
    response.writeHead(status, { "content-type": "text/xml" }).end(xml);
  };
  const fail = (status: number, code: string): void => {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>told in words</Message></Error>`;
    response.writeHead(status, { "content-type": "text/xml" });
    response.end(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${error}</ErrorResponse>`);
  };
  if (isTroubled && trouble.status !== undefined) return fail(trouble.status, trouble.code ?? "ServiceUnavailable");
  if (asked.get("Version") !== "2010-05-08") return fail(400, "InvalidAction");
  const signer = signerOf(iam, request, body);
  if (typeof signer === "string") return fail(403, signer);
  if (iam.powerless && signer.id !== adminPair.id) return fail(403, "AccessDenied");
  if (asked.get("UserName") !== user) return fail(404, "NoSuchEntity");
  if (action !== "ListAccessKeys") orders.push(`${action} ${asked.get("Status") ?? ""}`.trim());
  return act(iam, action, asked, say, fail);
}

function act(
  iam: IamForTest,
  action: string,
  asked: URLSearchParams,
  say: (status: number, xml: string) => void,
  fail: (status: number, code: string) => void,
): void {
  const { keys } = iam;
  const own = keys.find(({ id }) => id === asked.get("AccessKeyId"));
  switch (action) {
    case "ListAccessKeys": {
      const members = keys.map(
        ({ id, active }) =>
          `<member><UserName>${user}</UserName><AccessKeyId>${id}</AccessKeyId><Status>${active ? "Active" : "Inactive"}</Status></member>`,
      );
      return say(
        200,
        result(
          "ListAccessKeys",
          `<AccessKeyMetadata>${members.join("")}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`,
        ),
      );
    }
    case "CreateAccessKey": {
      if (keys.length >= most) return fail(409, "LimitExceeded");
      const made: AccessKey = {
        id: `AKIA${randomBytes(10).toString("hex").toUpperCase().slice(0, 16)}`,
        secret: randomBytes(30).toString("base64"),
        active: true,
        unknownFor: iam.slowness,
      };
      keys.push(made);
      const fields = `<UserName>${user}</UserName><AccessKeyId>${made.id}</AccessKeyId><Status>Active</Status><SecretAccessKey>${made.secret}</SecretAccessKey>`;
      return say(200, result("CreateAccessKey", `<AccessKey>${fields}</AccessKey>`));
    }
    case "UpdateAccessKey":
      if (own === undefined) return fail(404, "NoSuchEntity");
      own.active = asked.get("Status") === "Active";
      return say(200, result("UpdateAccessKey", ""));
    case "DeleteAccessKey":
      if (own === undefined) return fail(404, "NoSuchEntity");
      keys.splice(keys.indexOf(own), 1);
      return say(200, result("DeleteAccessKey", ""));
    default:
      return fail(400, "InvalidAction");
  }
}

function result(action: string, inner: string): string {
  return `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${inner}</${action}Result></${action}Response>`;
}

/** The key that signed it, or the code of what is wrong: by Amazon's own description of the signature, read anew here. */
function signerOf(iam: IamForTest, { method, url, headers }: IncomingMessage, body: string): AccessKey | string {
  const [, id = "", date = "", region = "", service = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const admin: AccessKey = { ...adminPair, active: true, unknownFor: 0 };
  const key = [...iam.keys, admin].find((one) => one.id === id);
  if (key === undefined || !key.active) return "InvalidClientTokenId";
  if (key.unknownFor > 0) {
    key.unknownFor -= 1;
    return "InvalidClientTokenId";
  }
  const signed = names.split(";");
  if (service !== "iam" || !["host", "x-amz-date", "content-type"].every((name) => signed.includes(name))) {
    return "IncompleteSignature";
  }
  const time = String(headers["x-amz-date"]);
  const age = Math.abs(Date.now() - Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5")));
  if (!time.startsWith(date) || age > 15 * 60_000) return "RequestExpired";
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const canonical = [method, url, "", lines, names, sha(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, `${date}/${region}/${service}/aws4_request`, sha(canonical)].join("\n");
  const signing = mac(mac(mac(mac(`AWS4${key.secret}`, date), region), service), "aws4_request");
  return mac(signing, text).toString("hex") === signature ? key : "SignatureDoesNotMatch";
}

function sha(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function mac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
