export interface MongodbUri {
  readonly hosts: readonly string[];
}

/** Reads the hosts of a connection string. No URL parser does: a replica set is several hosts between commas. */
export function readMongodbUri(text: string): MongodbUri | undefined {
  const match = /^mongodb(?:\+srv)?:\/\/(?:[^@/]+@)?([^@/?]+)(?:[/?]\S*)?$/.exec(text);
  const hosts = match?.[1]?.split(",") ?? [];
  const wellFormed = hosts.every((host) => /^(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(host));
  return hosts.length > 0 && wellFormed ? { hosts } : undefined;
}
