/** For Node: serves `/health` with the release that it was given, and ends at once where `FATE` says so. */
export const nodeAgent: readonly string[] = [
  "node",
  "-e",
  `if (process.env.FATE === "dies") process.exit(9);
   process.on("SIGTERM", () => process.exit(0));
   require("node:http").createServer((request, response) => {
     response.statusCode = request.url === "/health" ? 200 : 404;
     response.end(JSON.stringify({ release: process.env.KEYTURN_RELEASE, busy: false }));
   }).listen(8080);`,
];
