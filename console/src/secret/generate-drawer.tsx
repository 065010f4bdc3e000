import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { generatePreviewQuery, useGenerate, type Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Drawer } from "../element/drawer.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Loaded } from "../element/loaded.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { ChoiceList, type Choice } from "./choice-list.tsx";
import { turn } from "./selection.ts";
import { Stored } from "./stored.tsx";

interface GenerateDrawerProps {
  readonly secrets: readonly Secret[];
  readonly onClose: () => void;
}

/** New random values by the contracts' rules, for the whole environment. */
export function GenerateDrawer({ secrets, onClose }: GenerateDrawerProps) {
  const { name: environment } = useEnvironment();
  const names = [...new Set(secrets.map(({ name }) => name))];
  const query = useQuery(generatePreviewQuery(useApi(), environment, names));
  const make = useGenerate(environment);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const choices = (query.data?.values ?? []).map((one): Choice => {
    if (one.kind === "refused") return { key: one.name, title: one.name, problem: one.reason };
    const { name, rule, present, notices } = one;
    const about = present === undefined ? rule : `${rule}, follows v${present}`;
    // what gives rise to doubt is made only when asked for
    return { key: name, title: name, about, notices, chosen: (notices.length === 0) !== turned.has(name) };
  });
  const chosen = choices.filter((one) => one.chosen === true).map(({ key }) => key);
  return (
    <Drawer
      title="Make new versions"
      about="At random, on the server, by each contract's rule. Services get them with the next apply; nobody sees them."
      onClose={onClose}
    >
      {make.data === undefined ? (
        <Loaded query={query} waiting="Reading the rules…">
          {() => (
            <>
              <ChoiceList label="Values to make" choices={choices} onChoose={(key) => setTurned(turn(turned, key))} />
              {make.error !== null && <FailureNotice error={make.error} />}
              <div>
                <Button
                  kind="primary"
                  busy={make.isPending}
                  disabled={chosen.length === 0}
                  onClick={() => make.mutate(chosen)}
                >
                  {chosen.length === 1 ? "Make 1 new version" : `Make ${chosen.length} new versions`}
                </Button>
              </div>
            </>
          )}
        </Loaded>
      ) : (
        <Stored values={make.data.values} />
      )}
    </Drawer>
  );
}
