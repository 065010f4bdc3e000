/** Every variable that this service reads; `.env.example` describes them. */
export function readVariables() {
  return {
    MONGODB_URI: process.env["MONGODB_URI"],
    LIVEKIT_URL: process.env["LIVEKIT_URL"],
    LIVEKIT_API_KEY: process.env["LIVEKIT_API_KEY"],
    LIVEKIT_API_SECRET: process.env["LIVEKIT_API_SECRET"],
    HOST: process.env["HOST"],
    PORT: process.env["PORT"],
    LOG_LEVEL: process.env["LOG_LEVEL"],
    KEYTURN_RELEASE: process.env["KEYTURN_RELEASE"],
    KEYTURN_FILE: process.env["KEYTURN_FILE"],
    VOXCORE_SECRET: process.env["VOXCORE_SECRET"],
    VOXCORE_WORKERS: process.env["VOXCORE_WORKERS"],
    BACKEND_URL: process.env["BACKEND_URL"],
    DIALLER_POLL_MS: process.env["DIALLER_POLL_MS"],
    DIALLER_CALLS_PER_SECOND: process.env["DIALLER_CALLS_PER_SECOND"],
    DIALLER_CALL_MS: process.env["DIALLER_CALL_MS"],
    DIALLER_ATTACH_TIMEOUT_MS: process.env["DIALLER_ATTACH_TIMEOUT_MS"],
  };
}

/** Those that a reload takes over, as `.env.example` says. */
export const reloadable = ["DIALLER_CALLS_PER_SECOND", "DIALLER_CALL_MS"] as const;
