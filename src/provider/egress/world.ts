import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { World } from "./egress.ts";

/** The real one. */
export const systemWorld: World = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (address, port) => connect({ host: address, port }),
  limit: 5000,
};
