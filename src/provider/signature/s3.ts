import { signAws, type AwsRequest } from "./aws.ts";

type S3Request = Pick<AwsRequest, "key" | "secret" | "region" | "now" | "host" | "path" | "query">;

/** Headers of a GET without a body. */
export function signS3(request: S3Request): Readonly<Record<string, string>> {
  return signAws({ ...request, service: "s3", method: "GET" });
}
