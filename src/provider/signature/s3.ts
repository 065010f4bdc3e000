import { createHash, createHmac } from "node:crypto";

export interface S3Request {
  readonly key: string;
  readonly secret: string;
  readonly region: string;
  readonly now: number;
  /** with its port, where it is not the usual one */
  readonly host: string;
  /** encoded */
  readonly path: string;
  /** encoded and sorted, without `?` */
  readonly query: string;
}

/** Headers of a GET without a body by AWS Signature Version 4, as Amazon's page on the Authorization header has it. */
export function signS3(request: S3Request): Readonly<Record<string, string>> {
  const time = new Date(request.now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${request.region}/s3/aws4_request`;
  const headers = { host: request.host, "x-amz-content-sha256": hash(""), "x-amz-date": time };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["GET", request.path, request.query, lines.join(""), names, hash("")].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, hash(canonical)].join("\n");
  const signing = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${request.secret}`);
  const signature = hmac(signing, text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${request.key}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
