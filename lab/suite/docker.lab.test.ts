import { afterAll } from "vitest";
import { nodeAgent } from "../../test/host/docker/agent-command.ts";
import { dockerSuite } from "../../test/host/docker/docker-suite.ts";
import { openLab } from "../lab.ts";

const lab = openLab();

afterAll(async () => {
  const left = "docker ps -aq --filter label=com.example.team=voice | xargs -r docker rm -f";
  await lab.exec("box1", ["sh", "-c", left]);
});

dockerSuite("a real engine, over ssh", async () => ({
  engine: { kind: "ssh", address: "root-box1", config: lab.sshConfig, environment: process.env },
  image: lab.nodeImage,
  command: nodeAgent,
}));
