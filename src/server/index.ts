export { readAddress, type ListenAddress } from "./address.ts";
export { openServer, type Server, type ServerOptions } from "./server.ts";
export { serveStream, type StreamServerOptions } from "./stream-server.ts";
export type { Visit } from "./visit.ts";
export { openWeb, type WebOptions } from "./web/web.ts";
