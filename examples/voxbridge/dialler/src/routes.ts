import type { Routes } from "../../shared/server.ts";
import type { Attaches } from "./attaches.ts";
import type { Settings } from "./settings.ts";

export function diallerRoutes(settings: Settings, attaches: Attaches): Routes {
  const stats = () => {
    const { success, refused, busy, broken } = attaches.counters();
    return { success, refused, busy, broken };
  };
  return {
    "GET /health": () => ({ status: 200, body: { status: "ok", release: settings.release, counters: stats() } }),
    "GET /health/attaches": () => {
      const { success: attached, slowest: slowestMs, ...counters } = attaches.counters();
      const inHand = attaches.inHand();
      return { status: 200, body: { attached, slowestMs, ...counters, inHand, release: settings.release } };
    },
    "GET /stats": () => ({ status: 200, body: { ...stats(), workers: settings.workers.length } }),
    "POST /stats/reset": () => {
      attaches.reset();
      return { status: 200, body: stats() };
    },
  };
}
