import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useApi } from "../api/api.ts";
import { sightingsQuery } from "../api/environment.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { PeopleTable } from "./people-table.tsx";
import { PersonView } from "./person-view.tsx";

/** For the day when someone leaves. The person is in the address, so that a link shows the same. */
export function Seen() {
  const { name: env } = useEnvironment();
  const { person: wanted } = useSearch({ from: "/seen" });
  const query = useQuery(sightingsQuery(useApi(), env));
  return (
    <Page
      title={wanted === undefined ? "Who saw what" : `What ${wanted} saw`}
      about={
        wanted === undefined ? (
          "From the audit log: who saw which secret, or had it in reach, and whether it is still in use. Whoever reads the home folder and its key leaves no entry."
        ) : (
          <Link to="/seen" search={{ env }} className="text-accent underline underline-offset-2">
            Everybody
          </Link>
        )
      }
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the log…">
        {({ people }) => {
          const person = people.find((one) => one.person === wanted);
          if (person !== undefined) return <PersonView {...person} />;
          if (wanted !== undefined) return <Empty title={`The log tells of no secret that ${wanted} saw`} />;
          if (people.length === 0) return <Empty title="The log tells of nobody who saw a secret" />;
          return <PeopleTable people={people} />;
        }}
      </Loaded>
    </Page>
  );
}
