import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** As the server asks; of both kinds of question. */
interface Question {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
  readonly user?: { readonly id: string };
}

/** What a hostile or broken one does otherwise. */
export interface Ways {
  readonly origin?: string;
  readonly challenge?: string;
  readonly rpId?: string;
  readonly verified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | undefined;
  /** of what is signed, its last byte changed */
  readonly tampered?: boolean;
  readonly type?: string;
  /** of the credential, in place of one that nobody has had before */
  readonly credential?: string;
  /** what it says of where it comes from: signed by the new key itself, or by its maker's */
  readonly statement?: "none" | "self" | "maker";
}

interface Credential {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly userHandle: string;
}

/** An authenticator in software: P-256, one discoverable credential, a holder who is always there and always known. */
export class Authenticator {
  readonly #origin: string;
  #credential: Credential | undefined;
  #counter = 0;

  /** in a browser that shows a page of this origin */
  constructor(origin: string) {
    this.#origin = origin;
  }

  create(question: Question, ways: Ways = {}) {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const id = ways.credential === undefined ? randomBytes(32) : Buffer.from(ways.credential, "base64url");
    const credential = { id: id.toString("base64url"), privateKey, userHandle: question.user?.id ?? "" };
    this.#credential = credential;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const key = map([
      [number(1), number(2)],
      [number(3), number(-7)],
      [number(-1), number(1)],
      [number(-2), bytes(Buffer.from(x, "base64url"))],
      [number(-3), bytes(Buffer.from(y, "base64url"))],
    ]);
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, key]);
    const data = this.#data(question, ways, attested);
    const client = this.#clientData("webauthn.create", question, ways);
    const { statement = "none" } = ways;
    const signing = statement === "maker" ? createPrivateKey(file("attestation.key")) : privateKey;
    const signature = sign("sha256", Buffer.concat([data, sha256(client)]), signing);
    const object = map([
      [text("fmt"), text(statement === "none" ? "none" : "packed")],
      [text("attStmt"), statement === "none" ? map([]) : statementOf(signature, statement)],
      [text("authData"), bytes(data)],
    ]);
    return envelope(credential.id, {
      clientDataJSON: client.toString("base64url"),
      attestationObject: object.toString("base64url"),
      transports: ["internal"],
    });
  }

  get(question: Question, ways: Ways = {}) {
    const { id, privateKey, userHandle } = this.#credential ?? missing();
    const data = this.#data(question, ways);
    const client = this.#clientData("webauthn.get", question, ways);
    const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
    if (ways.tampered === true) data.writeUInt8(data.readUInt8(36) ^ 1, 36);
    return envelope(id, {
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: signature.toString("base64url"),
      userHandle: "userHandle" in ways ? ways.userHandle : userHandle,
    });
  }

  /** another with the same key, which counts on from here by itself */
  copy(): Authenticator {
    const other = new Authenticator(this.#origin);
    other.#credential = this.#credential;
    other.#counter = this.#counter;
    return other;
  }

  #data({ rpId, rp }: Question, ways: Ways, attested?: Buffer): Buffer {
    this.#counter = ways.counter ?? this.#counter + 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const flags = 1 | (ways.verified === false ? 0 : 4) | (attested === undefined ? 0 : 64);
    const party = sha256(Buffer.from(ways.rpId ?? rpId ?? rp?.id ?? ""));
    return Buffer.concat([party, Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)]);
  }

  #clientData(type: string, { challenge }: Question, ways: Ways): Buffer {
    const said = {
      type: ways.type ?? type,
      challenge: ways.challenge ?? challenge,
      origin: ways.origin ?? this.#origin,
    };
    return Buffer.from(JSON.stringify({ ...said, crossOrigin: false }));
  }
}

/** As browsers send it, with what nobody here asks for. */
function envelope<Response>(id: string, response: Response) {
  const beside = { rawId: id, clientExtensionResults: {}, authenticatorAttachment: "platform" } as const;
  return { id, type: "public-key" as const, ...beside, response };
}

function statementOf(signature: Buffer, by: "self" | "maker"): Buffer {
  const certificate = new X509Certificate(file("attestation.crt")).raw;
  return map([
    [text("alg"), number(-7)],
    [text("sig"), bytes(signature)],
    ...(by === "self" ? [] : [[text("x5c"), list([bytes(certificate)])] as const]),
  ]);
}

function file(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, name));
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** CBOR, RFC 8949: as much of it as there is need for. */
function number(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([head(2, value.length), value]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, value.length), Buffer.from(value)]);
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([head(4, items.length), ...items]);
}

function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat()]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}

function missing(): never {
  throw new Error("the authenticator has no credential yet");
}
