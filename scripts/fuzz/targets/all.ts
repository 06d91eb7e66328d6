import type { Target } from "../target.ts";
import { commandLine } from "./command-line.ts";
import { configurations } from "./configurations.ts";
import { daemon } from "./daemon.ts";
import { dockerfiles } from "./dockerfiles.ts";
import { documents } from "./documents.ts";
import { layers } from "./layers.ts";
import { packages } from "./packages.ts";
import { plans } from "./plans.ts";
import { registry } from "./registry.ts";

export const targets: readonly Target[] = [documents, layers, packages, configurations, plans, dockerfiles, registry, daemon, commandLine];
