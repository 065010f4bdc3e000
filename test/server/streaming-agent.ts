/** A user's runtime that streams, both ways and over WebSockets, and tells how many calls it has. */
export const streamingAgent = `const { createServer } = require("node:http");
const { PORT, KEYTURN_RELEASE } = process.env;
let calls = 0;
let events;
const routes = {
  "GET /health": (_, response) => response.end(JSON.stringify({ release: KEYTURN_RELEASE, calls })),
  "POST /drain": (_, response) => response.end(),
  "POST /echo": (request, response) => void request.pipe(response),
  "DELETE /echo": (request, response) => void request.pipe(response),
  "POST /sink": (request, response) => void request.resume().on("end", () => response.end()),
  "POST /refuse": (_, response) => void response.writeHead(422).end("not this"),
  "GET /events": (_, response) => {
    events = response.writeHead(200, { "content-type": "text/event-stream" });
    events.write("data: one\\n\\n");
  },
  "POST /next": (_, response) => {
    events.end("data: two\\n\\n");
    response.end();
  },
  "GET /break": (_, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("the beginning");
    setTimeout(() => response.destroy(), 100);
  },
};
const server = createServer((request, response) => {
  const route = routes[request.method + " " + request.url] ?? ((_, answer) => void answer.writeHead(404).end());
  route(request, response);
});
server.on("upgrade", (request, socket, head) => {
  if (request.url !== "/talk") return void socket.end("HTTP/1.1 403 Forbidden\\r\\ncontent-length: 2\\r\\n\\r\\nno");
  calls += 1;
  socket.on("close", () => (calls -= 1)).on("error", () => undefined);
  const told = [request.headers["sec-websocket-protocol"], request.headers.authorization ?? "nobody"];
  const lines = ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: upgrade"];
  socket.write([...lines, "sec-websocket-protocol: " + told[0], "", "hello " + told[1] + "\\n"].join("\\r\\n"));
  socket.write(head);
  socket.pipe(socket);
});
server.listen(Number(PORT), "127.0.0.1");
`;

/** Its calls come to an end by themselves before it is restarted, within this limit. */
export const drainedWithin = (limit: string) =>
  `drain: { http: "http://127.0.0.1:%p/drain", idle: { url: "http://127.0.0.1:%p/health", field: calls }, limit: ${limit} }`;
