/** What the build baked in. All of it is public: anyone who opens the page can read it. */
export const brand = {
  name: import.meta.env.VITE_BRAND_NAME ?? "Console",
  apiUrl: (import.meta.env.VITE_API_URL ?? "/api").replace(/\/$/, ""),
  primary: import.meta.env.VITE_THEME_PRIMARY,
  background: import.meta.env.VITE_THEME_BACKGROUND,
  tokenKey: import.meta.env.VITE_TOKEN_STORAGE_KEY ?? "token",
} as const;
