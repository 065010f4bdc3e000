import type { Provider } from "../provider.ts";
import { signS3 } from "../signature/s3.ts";

/**
 * Codes: Amazon's list of S3 error responses, which MinIO keeps to. A HEAD has no body and so no code: the bucket is
 * listed instead, or the buckets where none is named. `AKIA` is Amazon's own prefix; MinIO takes any name.
 */
export const s3: Provider = {
  name: "s3",
  aliases: ["minio"],
  title: "MinIO and S3",
  kind: "infrastructure",
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
  fields: [
    {
      id: "secret",
      label: "secret access key",
      secret: true,
      names: ["MINIO_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "S3_SECRET_KEY", "S3_SECRET_ACCESS_KEY"],
      format: {
        shape: "8 characters or more",
        accepts: /^\S{8,}$/,
        refuses: [{ pattern: /^AKIA[A-Z2-7]{16}$/, reason: "an access key id, which is no secret" }],
      },
    },
    {
      id: "key",
      label: "access key id",
      secret: false,
      names: ["MINIO_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "S3_ACCESS_KEY", "S3_ACCESS_KEY_ID"],
      format: { shape: "AKIA and 16 more at Amazon", accepts: /^\S{3,}$/, mark: /^AKIA[A-Z2-7]{16}$/ },
    },
    {
      id: "base",
      label: "endpoint",
      secret: false,
      optional: true,
      names: ["MINIO_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "S3_ENDPOINT"],
    },
    {
      id: "bucket",
      label: "bucket",
      secret: false,
      optional: true,
      names: ["MINIO_BUCKET", "S3_BUCKET", "AWS_BUCKET"],
    },
    {
      id: "region",
      label: "region",
      secret: false,
      optional: true,
      names: ["AWS_REGION", "AWS_DEFAULT_REGION", "S3_REGION"],
    },
  ],
  sought: ["AKIA", "ASIA"].map((anchor) => ({ label: "access key and its secret", anchor, pattern: pair(anchor) })),
  probe: {
    kind: "http",
    origin: "https://s3.amazonaws.com",
    base: "base",
    shown: "GET /BUCKET?list-type=2&max-keys=1, signature version 4",
    call: ({ key = "", secret = "", bucket, region = "us-east-1" }, { base, now }) => {
      const [path, query] =
        bucket === undefined ? ["/", ""] : [`/${encodeURIComponent(bucket)}`, "list-type=2&max-keys=1"];
      return {
        method: "GET",
        path: query === "" ? path : `${path}?${query}`,
        headers: signS3({
          key,
          secret,
          region,
          now,
          host: base.host,
          path: `${base.pathname.replace(/\/+$/, "")}${path}`,
          query,
        }),
      };
    },
    answers: [
      {
        status: 403,
        at: "code",
        is: "InvalidAccessKeyId",
        state: "invalid",
        meaning: "the access key is not known there",
      },
      {
        status: 403,
        at: "code",
        is: "SignatureDoesNotMatch",
        state: "invalid",
        meaning: "the secret does not belong to the access key",
      },
      {
        status: 403,
        at: "code",
        is: "AccessDenied",
        state: "scope-limited",
        meaning: "a valid key that may not list here",
      },
      { status: 404, at: "code", is: "NoSuchBucket", state: "inconclusive", meaning: "there is no such bucket" },
      { status: 200, at: "xml", is: /^List(?:AllMyBuckets|Bucket)Result$/, state: "ok", meaning: "it may be listed" },
    ],
  },
};

/** Amazon's number of a key, with a secret of it in the lines behind: 40 characters of base64, and no digest in hexadecimal. */
function pair(anchor: string): RegExp {
  const kinds = ["A-Z", "a-z", "0-9"].map((kind) => `(?=[A-Za-z0-9/+]{0,39}[${kind}])`).join("");
  const secret = `(?<![\\w/+=.-])${kinds}[A-Za-z0-9/+]{40}(?![\\w/+=.-])`;
  return new RegExp(`^${anchor}[A-Z2-7]{16}(?=\\W[^]{0,300}?${secret})`);
}
