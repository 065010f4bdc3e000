/** Every variable that this service reads; `.env.example` describes them. */
export function readVariables() {
  return {
    MONGODB_URI: process.env["MONGODB_URI"],
    HOST: process.env["HOST"],
    PORT: process.env["PORT"],
    LOG_LEVEL: process.env["LOG_LEVEL"],
    KEYTURN_RELEASE: process.env["KEYTURN_RELEASE"],
    JWT_SECRET: process.env["JWT_SECRET"],
    JWT_TTL_SECONDS: process.env["JWT_TTL_SECONDS"],
    OPERATOR_EMAIL: process.env["OPERATOR_EMAIL"],
    OPERATOR_PASSWORD: process.env["OPERATOR_PASSWORD"],
    VOXCORE_SECRET: process.env["VOXCORE_SECRET"],
    MONGODB_DB: process.env["MONGODB_DB"],
    REDIS_URL: process.env["REDIS_URL"],
    QUEUE_LIMIT: process.env["QUEUE_LIMIT"],
    CONSOLE_ORIGIN: process.env["CONSOLE_ORIGIN"],
    CALL_LANGUAGE: process.env["CALL_LANGUAGE"],
    CALL_MAX_SECONDS: process.env["CALL_MAX_SECONDS"],
  };
}
