import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../installation.ts";
import { pageDocument } from "../page/document.ts";
import { pageScript } from "../page/script.ts";
import { pageStyle } from "../page/style.ts";

/** For people with a browser. Holds nothing that is not public. */
export function pageRoutes(app: OpenAPIHono<Env>): void {
  app.get("/", (exchange) => exchange.html(pageDocument));
  app.get("/page.css", (exchange) => exchange.body(pageStyle, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/page.js", (exchange) =>
    exchange.body(pageScript, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
}
