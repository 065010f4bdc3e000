import { useState } from "react";
import type { Impact, ProviderSettings } from "../api/settings.ts";
import { Drawer } from "../element/drawer.tsx";
import { RolledOut } from "./rolled-out.tsx";
import { SettingForm } from "./setting-form.tsx";

interface EditorProps {
  readonly settings: ProviderSettings;
  readonly impact: Impact;
  readonly revision: number;
  readonly onClose: () => void;
}

/** First the form, then how it goes out. */
export function Editor({ settings, impact, revision, onClose }: EditorProps) {
  const [saved, setSaved] = useState<{ readonly rollout?: string }>();
  const { title, docs } = settings;
  return (
    <Drawer
      title={title}
      onClose={onClose}
      about={
        <>
          What is typed here is judged by its form in this page. Test and Save send it to the server, and it is never
          shown again.{" "}
          <a href={docs} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
            Where keys are made
          </a>
        </>
      }
    >
      {saved === undefined ? (
        <SettingForm settings={settings} impact={impact} revision={revision} onSaved={setSaved} />
      ) : (
        <RolledOut rollout={saved.rollout} />
      )}
    </Drawer>
  );
}
