interface ImportMetaEnv {
  readonly VITE_BRAND_NAME?: string;
  readonly VITE_API_URL?: string;
  readonly VITE_THEME_PRIMARY?: string;
  readonly VITE_THEME_BACKGROUND?: string;
  readonly VITE_TOKEN_STORAGE_KEY?: string;
}
