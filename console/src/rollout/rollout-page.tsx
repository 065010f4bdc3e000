import { useParams } from "@tanstack/react-router";
import { Page } from "../element/page.tsx";
import { RolloutView } from "./rollout-view.tsx";

export function RolloutPage() {
  const { rollout } = useParams({ from: "/rollouts/$rollout" });
  return (
    <Page title="Rollout" about={<code className="font-mono">{rollout}</code>}>
      <RolloutView id={rollout} />
    </Page>
  );
}
