import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { rolloutsQuery } from "../api/environment.ts";
import { settingsQuery, type ProviderSettings } from "../api/settings.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { OpenRollout } from "../rollout/open-rollout.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { Editor } from "./editor.tsx";
import { History } from "./history.tsx";
import { ProviderCard } from "./provider-card.tsx";
import { countText } from "./words.ts";

const slots = [
  { kind: "LLM", title: "Language models" },
  { kind: "STT", title: "Speech to text" },
  { kind: "TTS", title: "Text to speech" },
  { kind: "telephony", title: "Telephony" },
] as const;

interface Opened {
  readonly what: "editor" | "history";
  readonly provider: string;
}

export function Settings() {
  const { name } = useEnvironment();
  const api = useApi();
  const query = useQuery(settingsQuery(api, name));
  const [latest] = useQuery(rolloutsQuery(api, name)).data?.rollouts ?? [];
  const [opened, setOpened] = useState<Opened>();
  const { data } = query;
  const chosen = data?.providers.find(({ provider }) => provider === opened?.provider);
  const close = (): void => setOpened(undefined);
  return (
    <Page
      title="Provider settings"
      about="One key for every runtime. A new one is proved first, then one runtime gets it, then the others in waves; what fails goes back by itself."
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the settings…">
        {({ providers, impact }) =>
          providers.length === 0 ? (
            <Empty title="No runtime asks for a provider's settings" command="per-user: true">
              A service of keyturn.yaml that runs once for each user, and whose .env.example names a provider's
              variables, has settings here.
            </Empty>
          ) : (
            <>
              {latest?.state === "stopped" && <OpenRollout open={{ ...latest, rollout: latest.id }} />}
              <p className="text-sm text-quiet">{countText(impact.runtimes, "runtime")} at present.</p>
              <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-7 lg:grid-cols-2">
                {slots.map(({ kind, title }) => (
                  <Slot
                    key={kind}
                    title={title}
                    providers={providers.filter((one) => one.kind === kind)}
                    onOpen={setOpened}
                  />
                ))}
              </div>
            </>
          )
        }
      </Loaded>
      {data !== undefined && chosen !== undefined && opened?.what === "editor" && (
        <Editor key={chosen.provider} settings={chosen} impact={data.impact} revision={data.revision} onClose={close} />
      )}
      {data !== undefined && chosen !== undefined && opened?.what === "history" && (
        <History key={chosen.provider} settings={chosen} revision={data.revision} onClose={close} />
      )}
    </Page>
  );
}

interface SlotProps {
  readonly title: string;
  readonly providers: readonly ProviderSettings[];
  readonly onOpen: (opened: Opened) => void;
}

function Slot({ title, providers, onOpen }: SlotProps) {
  if (providers.length === 0) return null;
  return (
    <section aria-label={title} className="grid grid-cols-[minmax(0,1fr)] content-start gap-3">
      <h2 className="font-semibold">{title}</h2>
      <ul className="grid gap-3">
        {providers.map((settings) => (
          <ProviderCard
            key={settings.provider}
            settings={settings}
            onEdit={() => onOpen({ what: "editor", provider: settings.provider })}
            onHistory={() => onOpen({ what: "history", provider: settings.provider })}
          />
        ))}
      </ul>
    </section>
  );
}
