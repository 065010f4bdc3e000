import { createHash, createHmac } from "node:crypto";

export interface AwsRequest {
  readonly key: string;
  readonly secret: string;
  readonly region: string;
  /** `s3`, `iam` */
  readonly service: string;
  readonly now: number;
  readonly method: "GET" | "POST";
  /** with its port, where it is not the usual one */
  readonly host: string;
  /** encoded */
  readonly path: string;
  /** encoded and sorted, without `?` */
  readonly query: string;
  readonly body?: string;
  /** of the body */
  readonly type?: string;
}

/** Headers of a request by AWS Signature Version 4, as Amazon's page on the Authorization header has it. */
export function signAws(request: AwsRequest): Readonly<Record<string, string>> {
  const { key, secret, region, service, now, method, host, path, query, body = "", type } = request;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const digest = hash(body);
  const headers = {
    ...(type === undefined ? {} : { "content-type": type }),
    host,
    "x-amz-content-sha256": digest,
    "x-amz-date": time,
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, query, lines.join(""), names, digest].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, hash(canonical)].join("\n");
  const signing = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(signing, text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
