export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "keyturn-theme";

export function readTheme(): Theme {
  return themes.find((one) => one === localStorage.getItem(key)) ?? "system";
}

/** The style sheet follows the attribute, and the system where there is none. */
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function keepTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  showTheme(theme);
}
